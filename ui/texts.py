"""Every word that the web pages themselves say, in English and in Swedish, and which of the two a person wants.

What an answer says (refusals, notices) follows the question's language, and is `rag`'s; what an error says is English.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Code = Literal["en", "sv"]
Theme = Literal["light", "dark"]

LANGUAGE_COOKIE = "citera-language"
THEME_COOKIE = "citera-theme"


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's texts; `{...}` are filled in where they are shown."""

    code: Code
    name: str
    tagline: str
    skip: str
    settings: str
    language: str
    theme: str
    theme_auto: str
    theme_light: str
    theme_dark: str
    log_out: str

    conversation: str
    history: str
    people: str
    corpus: str
    evaluations: str

    your_question: str
    placeholder: str
    ask: str
    new_conversation: str
    intro_heading: str
    intro: str
    example: str
    you_asked: str
    working: str
    searching: str
    reading: str
    checking: str
    translating: str
    answer_ready: str
    sources: str
    source_number: str
    paraphrased: str
    removed: str
    closest: str
    not_answered: str
    copy: str
    copied: str
    judge: str
    good: str
    bad: str
    note: str
    why: str
    save_note: str
    saved: str
    saved_note: str
    no_reply: str
    teaser: str

    why_sources: str
    ranking: str
    passage: str
    by_meaning: str
    by_words: str
    score: str
    cited_as: str
    found_as_quote: str

    filters: str
    published_from: str
    published_to: str
    outlet: str
    article_language: str
    speaker: str
    anything: str
    clear: str
    remove_filter: str
    within: str
    published: str

    source: str
    back: str
    no_source_yet: str
    no_source_yet_more: str
    original: str
    also_in: str
    and_more: str
    edited: str
    found_teaser: str
    found_teaser_on: str
    open_whole: str
    superseded: str
    open_current: str
    said_by: str
    of_this_answer: str

    search: str
    nothing_found: str
    page_of: str
    earlier_page: str
    later_page: str
    history_intro: str
    history_empty: str
    search_history: str
    questions: str
    export_markdown: str
    export_json: str
    delete: str
    really_delete: str

    people_intro: str
    people_empty: str
    search_people: str
    quotations: str
    first_quotations: str
    all_people: str
    undated: str
    indirect: str

    corpus_intro: str
    corpus_empty: str
    search_corpus: str
    articles: str
    add: str
    drop_here: str
    choose_files: str
    address: str
    fetch: str
    reading_files: str
    done_reading: str
    added: str
    updated: str
    unchanged: str
    rejected: str
    kept_lines: str
    dropped_lines: str
    withdraw: str
    really_withdraw: str
    not_dated: str

    login: str
    login_intro: str
    user_name: str
    password: str
    log_in: str

    review_heading: str
    review_intro: str
    which_passage: str
    no_passage: str
    draft_question: str
    answer_words: str
    accept: str
    reject: str
    later: str
    propose: str
    to_review: str
    accepted: str
    turned_down: str
    put_off: str
    next: str

    def of(self, name: str) -> str:
        """The text of that field, such as the name of a stage."""
        text: str = getattr(self, name)
        return text

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


EN = Texts(
    code="en",
    name="English",
    tagline="Answers from your articles, with every source shown",
    skip="Skip to the question",
    settings="How this page looks",
    language="Language",
    theme="Colours",
    theme_auto="As the system",
    theme_light="Light",
    theme_dark="Dark",
    log_out="Log out",
    conversation="Conversation",
    history="History",
    people="Who said what",
    corpus="Corpus",
    evaluations="Evaluations",
    your_question="Your question",
    placeholder="Ask about the articles",
    ask="Ask",
    new_conversation="New conversation",
    intro_heading="What would you like to know?",
    intro="Citera answers in the words of the articles themselves and links each sentence to where it was written. When nothing "
    "supports an answer, it says so.",
    example="What did {speaker} say?",
    you_asked="You asked:",
    working="Working",
    searching="Searching the articles",
    reading="Reading what was found",
    checking="Checking every sentence against its source",
    translating="Translating quotations",
    answer_ready="Answer ready. Sources: {count}",
    sources="Sources",
    source_number="Source {marker}",
    paraphrased="Written by {model}. Words outside quotation marks are its own: checked against the sources, not proved.",
    removed="Left out because it could not be verified: {count}",
    closest="The closest passages",
    not_answered="No answer",
    copy="Copy with sources",
    copied="Copied.",
    judge="What you think of this answer",
    good="Good answer",
    bad="Bad answer",
    note="Note",
    why="Why? (optional)",
    save_note="Save note",
    saved="Saved.",
    saved_note="Saved with your note.",
    no_reply="The server does not answer.",
    teaser="teaser",
    why_sources="Why these sources?",
    ranking="How the passages were ranked: likeness of meaning and shared words add up to the score. Quotations of a person are also "
    "found by their speaker.",
    passage="Passage",
    by_meaning="Meaning",
    by_words="Words",
    score="Score",
    cited_as="Cited as",
    found_as_quote="by its speaker, {speaker}",
    filters="Filters",
    published_from="From",
    published_to="To",
    outlet="Outlet",
    article_language="Language of the article",
    speaker="Person quoted",
    anything="Any",
    clear="Clear filters",
    remove_filter="Remove this filter",
    within="Searched only:",
    published="Published",
    source="Source",
    back="Back to the answer",
    no_source_yet="Every sentence has a source",
    no_source_yet_more="Choose a number in an answer. The article opens here, with the exact words lit up.",
    original="Original article",
    also_in="Also in:",
    and_more="and {count} more",
    edited="edited",
    found_teaser="This is a teaser found, not the whole article.",
    found_teaser_on="This is a teaser found on {host}, not the whole article.",
    open_whole="Open the whole article",
    superseded="This version has been superseded or withdrawn.",
    open_current="Open the current one",
    said_by="Said by {speaker}",
    of_this_answer="Sources of this answer",
    search="Search",
    nothing_found="Nothing found.",
    page_of="Page {page} of {pages}",
    earlier_page="Previous",
    later_page="Next",
    history_intro="Your conversations, the latest first. They are kept on this server.",
    history_empty="No conversation yet.",
    search_history="Search your conversations",
    questions="Questions: {count}",
    export_markdown="Markdown",
    export_json="JSON",
    delete="Delete",
    really_delete="Delete this conversation for good?",
    people_intro="Everybody the articles quote, the most quoted first.",
    people_empty="Nobody is quoted yet.",
    search_people="Search by name",
    quotations="Quotations: {count}",
    first_quotations="The first {count} are shown.",
    all_people="All people",
    undated="No date stated",
    indirect="reported, not word for word",
    corpus_intro="What questions are answered from, the newest first.",
    corpus_empty="No article yet.",
    search_corpus="Search by title, outlet or address",
    articles="Articles: {count}",
    add="Add articles",
    drop_here="Drop files here, or choose them: web pages, text, PDF, Word, data sets, zip.",
    choose_files="Choose files",
    address="Address of a page, feed or sitemap",
    fetch="Fetch",
    reading_files="Reading {name}: {done} of {total}",
    done_reading="Done.",
    added="added",
    updated="updated",
    unchanged="unchanged",
    rejected="rejected",
    kept_lines="Kept: {count}",
    dropped_lines="Dropped: {count}",
    withdraw="Remove",
    really_withdraw="Remove this article from search? Answers that cite it can still open it.",
    not_dated="no date",
    login="Log in to Citera",
    login_intro="This server answers to those who have a password or a key.",
    user_name="Name (leave it empty if you have a key)",
    password="Password or key",  # noqa: S106  # a label
    log_in="Log in",
    review_heading="Questions to measure with",
    review_intro="Citera proposes questions that your articles answer, and some that they do not. What you accept becomes a test: "
    "{command} asks it again after every change. A thumb in the conversation comes here too.",
    which_passage="Which passage answers it?",
    no_passage="None of them: the articles do not say",
    draft_question="Question",
    answer_words="Answer words, as they stand in the passage",
    accept="Accept",
    reject="Reject",
    later="Later",
    propose="Propose questions",
    to_review="{count} to review",
    accepted="{count} accepted",
    turned_down="{count} rejected",
    put_off="{count} put off",
    next="Next",
)

SV = Texts(
    code="sv",
    name="Svenska",
    tagline="Svar ur dina artiklar, med varje källa synlig",
    skip="Hoppa till frågan",
    settings="Hur sidan ser ut",
    language="Språk",
    theme="Färger",
    theme_auto="Som systemet",
    theme_light="Ljust",
    theme_dark="Mörkt",
    log_out="Logga ut",
    conversation="Samtal",
    history="Historik",
    people="Vem sa vad",
    corpus="Samling",
    evaluations="Utvärdering",
    your_question="Din fråga",
    placeholder="Fråga om artiklarna",
    ask="Fråga",
    new_conversation="Nytt samtal",
    intro_heading="Vad vill du veta?",
    intro="Citera svarar med artiklarnas egna ord och länkar varje mening till stället där den står. När inget ger stöd för ett svar "
    "sägs det.",
    example="Vad sa {speaker}?",
    you_asked="Du frågade:",
    working="Arbetar",
    searching="Söker i artiklarna",
    reading="Läser det som hittades",
    checking="Prövar varje mening mot källan",
    translating="Översätter citat",
    answer_ready="Svaret är klart. Källor: {count}",
    sources="Källor",
    source_number="Källa {marker}",
    paraphrased="Skrivet av {model}. Ord utanför citattecken är modellens egna: prövade mot källorna, inte bevisade.",
    removed="Utelämnat för att det inte kunde beläggas: {count}",
    closest="De närmaste textställena",
    not_answered="Inget svar",
    copy="Kopiera med källor",
    copied="Kopierat.",
    judge="Vad du tycker om svaret",
    good="Bra svar",
    bad="Dåligt svar",
    note="Kommentar",
    why="Varför? (valfritt)",
    save_note="Spara kommentaren",
    saved="Sparat.",
    saved_note="Sparat med din kommentar.",
    no_reply="Servern svarar inte.",
    teaser="puff",
    why_sources="Varför just de här källorna?",
    ranking="Så rangordnades textställena: likhet i betydelse och gemensamma ord läggs ihop till poängen. En persons citat hittas också "
    "genom vem som talar.",
    passage="Textställe",
    by_meaning="Betydelse",
    by_words="Ord",
    score="Poäng",
    cited_as="Citerat som",
    found_as_quote="genom den som talar, {speaker}",
    filters="Filter",
    published_from="Från",
    published_to="Till",
    outlet="Tidning",
    article_language="Artikelns språk",
    speaker="Den som citeras",
    anything="Alla",
    clear="Rensa filter",
    remove_filter="Ta bort filtret",
    within="Sökte bara i:",
    published="Publicerad",
    source="Källa",
    back="Tillbaka till svaret",
    no_source_yet="Varje mening har en källa",
    no_source_yet_more="Välj en siffra i ett svar. Artikeln öppnas här, med orden markerade.",
    original="Originalartikeln",
    also_in="Finns även i:",
    and_more="och {count} till",
    edited="redigerad",
    found_teaser="Detta är en puff, inte hela artikeln.",
    found_teaser_on="Detta är en puff på sidan {host}, inte hela artikeln.",
    open_whole="Öppna hela artikeln",
    superseded="Den här versionen har ersatts eller tagits bort.",
    open_current="Öppna den aktuella",
    said_by="Sagt av {speaker}",
    of_this_answer="Svarets källor",
    search="Sök",
    nothing_found="Inget hittades.",
    page_of="Sida {page} av {pages}",
    earlier_page="Föregående",
    later_page="Nästa",
    history_intro="Dina samtal, det senaste först. De sparas på den här servern.",
    history_empty="Inga samtal ännu.",
    search_history="Sök i dina samtal",
    questions="Frågor: {count}",
    export_markdown="Markdown",
    export_json="JSON",
    delete="Radera",
    really_delete="Radera samtalet för gott?",
    people_intro="Alla som artiklarna citerar, den mest citerade först.",
    people_empty="Ingen citeras ännu.",
    search_people="Sök på namn",
    quotations="Citat: {count}",
    first_quotations="De första {count} visas.",
    all_people="Alla personer",
    undated="Datum saknas",
    indirect="återgivet, inte ordagrant",
    corpus_intro="Det som frågor besvaras ur, det nyaste först.",
    corpus_empty="Inga artiklar ännu.",
    search_corpus="Sök på rubrik, tidning eller adress",
    articles="Artiklar: {count}",
    add="Lägg till artiklar",
    drop_here="Släpp filer här, eller välj dem: webbsidor, text, PDF, Word, datamängder, zip.",
    choose_files="Välj filer",
    address="Adress till en sida, ett flöde eller en webbkarta",
    fetch="Hämta",
    reading_files="Läser {name}: {done} av {total}",
    done_reading="Klart.",
    added="tillagd",
    updated="uppdaterad",
    unchanged="oförändrad",
    rejected="avvisad",
    kept_lines="Behållet: {count}",
    dropped_lines="Borttaget: {count}",
    withdraw="Ta bort",
    really_withdraw="Ta bort artikeln ur sökningen? Svar som citerar den kan fortfarande öppna den.",
    not_dated="utan datum",
    login="Logga in i Citera",
    login_intro="Den här servern svarar dem som har ett lösenord eller en nyckel.",
    user_name="Namn (lämna tomt om du har en nyckel)",
    password="Lösenord eller nyckel",  # noqa: S106  # a label
    log_in="Logga in",
    review_heading="Frågor att mäta med",
    review_intro="Citera föreslår frågor som dina artiklar besvarar, och några som de inte besvarar. Det du godtar blir ett prov: "
    "{command} ställer frågan igen efter varje ändring. En tumme i samtalet hamnar också här.",
    which_passage="Vilket textställe besvarar den?",
    no_passage="Inget av dem: artiklarna säger inget om det",
    draft_question="Fråga",
    answer_words="Svarets ord, som de står i textstället",
    accept="Godta",
    reject="Avvisa",
    later="Senare",
    propose="Föreslå frågor",
    to_review="{count} att granska",
    accepted="{count} godtagna",
    turned_down="{count} avvisade",
    put_off="{count} uppskjutna",
    next="Härnäst",
)

TEXTS: dict[str, Texts] = {texts.code: texts for texts in (EN, SV)}


@dataclass(frozen=True, slots=True)
class Look:
    """How a person wants pages: in which language, and light or dark; None is as the system is."""

    texts: Texts = EN
    theme: Theme | None = None


def look_of(cookies: dict[str, str], accepted: str) -> Look:
    """What the cookies choose; without one, the first language of the browser's (`Accept-Language`) that there are texts in."""
    theme = cookies.get(THEME_COOKIE)
    chosen = TEXTS.get(cookies.get(LANGUAGE_COOKIE, "")) or _preferred(accepted)
    return Look(chosen, "dark" if theme == "dark" else "light" if theme == "light" else None)


def _preferred(accepted: str) -> Texts:
    wished = (tag.partition(";")[0].strip().lower().partition("-")[0] for tag in accepted.split(","))
    return next((TEXTS[code] for code in wished if code in TEXTS), EN)
