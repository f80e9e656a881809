"""What the report of an evaluation says, in Swedish, by its English; `evals` names the scores, and they stay. What a system, a judge or an
article says is as it was."""

from __future__ import annotations

from collections.abc import Callable

from ui.forms import Forms
from ui.reasons import reason_in
from ui.texts import Texts


def report_in(texts: Texts) -> Callable[[str], str]:
    """What puts a sentence of a report into the language of the page, the reason of a removal too."""

    def say(english: str) -> str:
        said = REPORT.said(texts, english)
        return said.words if said.language == texts.code else reason_in(texts, english).words

    return say


_CHANCE = "Av {} test visar {} en skillnad; av så många kan slumpen ensam visa {}."
_UNTIMED = "The machines differ, or the workers: times are left out."
_UNTIMED_SV = "Maskinerna skiljer sig, eller trådarna: tiderna är utelämnade."

_HEADLINE = {
    "the gold words by the right speaker, or a refusal where nothing answers": "facits ord av rätt talare, eller inget svar där inget "
    "finns",
    "expected articles that come first": "väntade artiklar som kommer först",
    "expected articles among the first 5": "väntade artiklar bland de 5 första",
    "1 / the rank of the first expected article": "1 / den första väntade artikelns plats",
    "ranking of articles, 1 for the ideal one": "artiklarnas ordning, 1 för den bästa möjliga",
    "gold passages among the first 5 chunks": "facits textställen bland de 5 första",
    "answers that hold the gold words": "svar som innehåller facits ord",
    "answers that are the gold, after SQuAD's normalisation": "svar som är facit, efter SQuADs normalisering",
    "words that answer and gold share": "ord som svar och facit har gemensamt",
    "answers that a judge model finds correct": "svar som en domarmodell finner riktiga",
    "answers that a judge model finds carried by their citations": "svar som en domarmodell finner belagda av sina källhänvisningar",
    "answers that cite an expected article": "svar som hänvisar till en väntad artikel",
    "citations that touch the gold": "källhänvisningar som rör vid facit",
    "gold spans that are cited": "facits ställen som det hänvisas till",
    "citations that their statement needs or is carried by": "källhänvisningar som påståendet behöver eller beläggs av",
    "statements that their citations carry": "påståenden som källhänvisningarna belägger",
    "citations that equal the article's text": "källhänvisningar som är lika med artikelns text",
    "citations that lead nowhere (less is better)": "källhänvisningar som inte leder någonstans (mindre är bättre)",
    "quotations that stand in a cited article": "citat som står i en artikel som det hänvisas till",
    "answers by the speaker asked for, and no other": "svar av den talare som efterfrågades, och ingen annan",
    "citations of the right kind, article or teaser": "källhänvisningar av rätt slag, artikel eller puff",
    "words that the standalone question shares with a person's": "ord som den fristående frågan har gemensamt med en människas",
    "questions in a conversation that were searched for as they were put": "frågor i ett samtal som söktes som de ställdes",
    "answerable questions that were refused (less is better)": "frågor med svar som inte besvarades (mindre är bättre)",
    "unanswerable questions that were answered (less is better)": "frågor utan svar som besvarades (mindre är bättre)",
}

_PAGE = {
    "Scores": "Resultat",
    "Mean over the questions that have the score; the bar is its 95% bootstrap interval, from 0 to 1.": "Medel över de frågor som har "
    "måttet; stapeln är dess 95 % bootstrap-intervall, från 0 till 1.",
    "score": "mått",
    "mean": "medel",
    "95% interval": "95 % intervall",
    "{} more scores": "{} mått till",
    "{}, between {} and {}": "{}, mellan {} och {}",
    "When to trust it": "När man kan lita på det",
    "Answers in the order of the best passage's score, which stands for confidence. {} of the questions were answered, {} of those "
    "wrongly; area under the curve {} (less is better).": "Svaren i ordning efter det bästa textställets poäng, som står för säkerhet. "
    "{} av frågorna besvarades, {} av dem fel; ytan under kurvan {} (mindre är bättre).",
    "share of questions answered": "andel frågor som besvarades",
    "share of those answers wrong": "andel av svaren som är fel",
    "Risk of a wrong answer against the share of questions answered": "Risken för ett fel svar mot andelen frågor som besvarades",
    "Time": "Tid",
    "Box: the middle half; line: from the 5th to the 95th percentile; logarithmic.": "Låda: mittersta hälften; linje: från 5:e till "
    "95:e percentilen; logaritmisk.",
    "Up to {} questions were asked at a time.": "Upp till {} frågor ställdes samtidigt.",
    "A writer reads {} tokens and writes {}; {} US dollars a question, over {}.": "Skrivaren läser {} token och skriver {}; {} US-dollar "
    "per fråga, över {}.",
    "A writer reads {} tokens and writes {}; prices are not set.": "Skrivaren läser {} token och skriver {}; priser är inte angivna.",
    "milliseconds": "millisekunder",
    "Time of each stage of a question": "Tiden för varje steg av en fråga",
    "By tag": "Efter etikett",
    "tag": "etikett",
    "What went wrong": "Vad som gick fel",
    "Nothing.": "Inget.",
    " (the worst {})": " (de {} sämsta)",
    "The system failed": "Systemet misslyckades",
    "Cited or quoted what is not in the article": "Hänvisade till eller citerade det som inte står i artikeln",
    "Answered, and not rightly": "Besvarades, och inte rätt",
    "Answered, though nothing answers it": "Besvarades, fast inget svar finns",
    "Refused, though an article answers it": "Besvarades inte, fast en artikel ger svaret",
    "Searched for, and not found first": "Söktes, och hittades inte först",
    "Follow-up put in other words than a person's": "Följdfrågan ställdes med andra ord än en människas",
    "Before it": "Dessförinnan",
    "user": "frågan",
    "assistant": "svaret",
    "Gold": "Facit",
    "nothing answers it": "inget svar finns",
    "By": "Av",
    "Expected": "Väntad",
    "Asked as": "Ställd som",
    "Refused: {}": "Inget svar: {}",
    "Answer": "Svar",
    "Failed": "Misslyckades",
    "Because": "Därför att",
    "Citations: {}": "Källhänvisningar: {}",
    "Passages: {}": "Textställen: {}",
    "Removed: {}": "Borttaget: {}",
    "expected": "väntad",
    "dense and lexical": "betydelse och ord",
    "dense": "betydelse",
    "lexical": "ord",
    "What was run": "Vad som kördes",
    "Judge": "Domare",
    "{} with prompts {} on {} answers": "{} med anvisningarna {} på {} svar",
    "its agreement with people is not measured": "hur den stämmer med människor är inte mätt",
    "{}: agrees with people on {} of {} answers, {} without a verdict left out, Cohen's kappa {}": "{}: stämmer med människor om {} av {} "
    "svar, {} utan omdöme utelämnade, Cohens kappa {}",
    "{}: agrees with people on {} of {} answers, Cohen's kappa {}": "{}: stämmer med människor om {} av {} svar, Cohens kappa {}",
    "System": "System",
    "Cases": "Frågor",
    "Corpus": "Samling",
    "Index": "Index",
    "Code": "Kod",
    "Settings": "Inställningar",
    "Machine": "Maskin",
    "Workers": "Trådar",
    "Ingest": "Inläsning",
    "Peak memory": "Minne som mest",
    "Versions": "Versioner",
    "{}, digest {}": "{}, kontrollsumma {}",
    "digest {}": "kontrollsumma {}",
    "{} chunks, {} a second": "{} textstycken, {} i sekunden",
    "{} MiB": "{} MiB",
    "query": "fråga",
    "rewrite": "tolka",
    "embed": "inbädda",
    "search": "söka",
    "write": "skriva",
    "model": "modell",
    "verify": "pröva",
    "translate": "översätta",
    "Of {} tests {} show a difference; of so many, chance alone can show {}.": _CHANCE,
    f"Of {{}} tests {{}} show a difference; of so many, chance alone can show {{}}. {_UNTIMED}": f"{_CHANCE} {_UNTIMED_SV}",
    "No case changed: no difference shown.": "Ingen fråga ändrades: ingen skillnad visad.",
    f"No case changed: no difference shown. {_UNTIMED}": f"Ingen fråga ändrades: ingen skillnad visad. {_UNTIMED_SV}",
}

_WHY = {
    "asked {}, a person would ask {}": "frågade {}, en människa skulle fråga {}",
    "answerable, refused ({})": "svar finns, inget gavs ({})",
    "answerable, answered": "svar finns, och gavs",
    "not answerable, refused ({})": "inget svar finns, inget gavs ({})",
    "not answerable, answered": "inget svar finns, ändå gavs ett",
    "no gold": "inget facit",
    "gold {}": "facit {}",
    "{} of {} citations touch a gold span": "{} av {} källhänvisningar rör vid facit",
    "{} of {} gold spans are touched": "{} av {} ställen i facit berörs",
    "of characters: precision {}, recall {}, IoU {}": "av tecken: precision {}, recall {}, IoU {}",
    "of characters: precision {}, recall {}": "av tecken: precision {}, recall {}",
    "{} words": "{} ord",
    "in no cited article: {}": "i ingen artikel som det hänvisas till: {}",
    "{} quotations, all in cited articles": "{} citat, alla i artiklar som det hänvisas till",
    "{} of {} lead nowhere{}": "{} av {} leder ingenstans{}",
    "{} of {} statements": "{} av {} påståenden",
    "{} of {} citations": "{} av {} källhänvisningar",
    "{} tokens, as cl100k counts them": "{} token, som cl100k räknar",
    "{} tokens, as the provider counts them": "{} token, som leverantören räknar",
    "no model was called": "ingen modell anropades",
    "{} tokens at {} and {} at {} a million": "{} token à {} och {} à {} per miljon",
    "lacks {}": "saknar {}",
    "holds none of {}": "innehåller inget av {}",
    "holds {}": "innehåller {}",
    "expected {}, cited {}": "väntade {}, hänvisade till {}",
    "expected at rank {} of {} {} found": "väntad på plats {} av {} funna {}",
}
"""Why a score is what it is."""

REPORT = Forms(
    _HEADLINE | _PAGE | _WHY,
    {
        "none": "ingen",
        "not defined": "inte definierad",
        "articles": "artiklar",
        "chunks": "textstycken",
        "no_support": "inget stöd",
        "no_quote_by_speaker": "inget citat av talaren",
        "speaker_unknown": "okänd talare",
        "nothing_indexed": "tom samling",
        "filtered_out": "allt filtrerat bort",
        "nothing_verified": "inget kunde beläggas",
        "failed": "misslyckades",
    },
)
