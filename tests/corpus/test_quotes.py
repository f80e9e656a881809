from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Quote, find_quotes, read_articles
from corpus.samples import samples_folder

Body = Callable[..., Article]
Said = tuple[str, str | None, str | None, str]

ROTTEN = "The pier is rotten and must go."
RUTTEN = "Bryggan är rutten och ska bort."

EN: list[tuple[str, list[Said]]] = [
    # the tag behind the words
    (
        '"The kiln will be lit by Easter," said Marta Quennell, head of the pottery.',
        [("The kiln will be lit by Easter", "Marta Quennell", "head of the pottery", "direct")],
    ),
    (
        '"The kiln will be lit by Easter," Marta Quennell said on Monday.',
        [("The kiln will be lit by Easter", "Marta Quennell", None, "direct")],
    ),
    (
        "“We counted them twice. There were nine,” said biologist Karl Obuya.",
        [("We counted them twice. There were nine", "Karl Obuya", "biologist", "direct")],
    ),
    (
        '"We counted them twice," said biologist Karl Obuya. "There were nine of them."',
        [
            ("We counted them twice", "Karl Obuya", "biologist", "direct"),
            ("There were nine of them.", "Karl Obuya", "biologist", "direct"),
        ],
    ),
    (
        '"Where is the tram these days?" reporter Ada Moll asked Mayor Odd Lindqvist.',
        [("Where is the tram these days?", "Ada Moll", "reporter", "direct")],
    ),
    (
        '"The pier is rotten," according to Ines Falk, who inspected it.',
        [("The pier is rotten", "Ines Falk", None, "direct")],
    ),
    (
        '"The pier is rotten," Olle Berg wrote on his blog, quoting Ines Falk.',
        [("The pier is rotten", "Olle Berg", None, "direct")],
    ),
    (
        '"The pier is rotten," said harbour commissioner Ines Falk, whose deputy Olle Berg said it would stand.',
        [("The pier is rotten", "Ines Falk", "harbour commissioner", "direct")],
    ),
    # the cue before the words
    (f'Marta Quennell said: "{ROTTEN}"', [(ROTTEN, "Marta Quennell", None, "direct")]),
    (f'Mayor Odd Lindqvist told reporters, "{ROTTEN}"', [(ROTTEN, "Odd Lindqvist", "Mayor", "direct")]),
    (
        'Asked about the tram, Mayor Odd Lindqvist replied: "Ask me in June."',
        [("Ask me in June.", "Odd Lindqvist", "Mayor", "direct")],
    ),
    (f'Reporter Ada Moll asked Mayor Odd Lindqvist: "{ROTTEN}"', [(ROTTEN, "Ada Moll", "Reporter", "direct")]),
    (f'Speaking to Ines Falk on the quay, Olle Berg said: "{ROTTEN}"', [(ROTTEN, "Olle Berg", None, "direct")]),
    (f'Olle Berg, quoting Ines Falk, said: "{ROTTEN}"', [(ROTTEN, "Olle Berg", None, "direct")]),
    (f'Olle Berg said Ines Falk had told him, "{ROTTEN}"', [(ROTTEN, "Ines Falk", None, "direct")]),
    (f'Olle Berg heard Ines Falk say: "{ROTTEN}"', [(ROTTEN, "Ines Falk", None, "direct")]),
    (f'In Port Ansel, Olle Berg said: "{ROTTEN}"', [(ROTTEN, "Olle Berg", None, "direct")]),
    (f'Olle Berg\'s lawyer, Ines Falk, said: "{ROTTEN}"', [(ROTTEN, "Ines Falk", "lawyer", "direct")]),
    # offices and long names
    (
        f'Secretary of Fisheries of Norvania Tor Elling said: "{ROTTEN}"',
        [(ROTTEN, "Tor Elling", "Secretary of Fisheries of Norvania", "direct")],
    ),
    (
        f'Secretary of State Lena Abrams said on Friday: "{ROTTEN}"',
        [(ROTTEN, "Lena Abrams", "Secretary of State", "direct")],
    ),
    (
        f'Lena Abrams, secretary of state for fisheries, said: "{ROTTEN}"',
        [(ROTTEN, "Lena Abrams", "secretary of state for fisheries", "direct")],
    ),
    (
        "Lena Abrams, 54, who has led the union since 2019, said the strike would go on.",
        [("the strike would go on", "Lena Abrams", None, "indirect")],
    ),
    (
        f'Prime Minister\'s adviser Tove Ansgar said: "{ROTTEN}"',
        [(ROTTEN, "Tove Ansgar", "Prime Minister's adviser", "direct")],
    ),
    (
        "Deputy Prime Minister and Minister for Ports Tove Ansgar said the pier was rotten.",
        [("the pier was rotten", "Tove Ansgar", "Deputy Prime Minister and Minister for Ports", "indirect")],
    ),
    (f'J. P. van der Moll, the owner, said: "{ROTTEN}"', [(ROTTEN, "J. P. van der Moll", "owner", "direct")]),
    # mixed and indirect
    (
        'Harbour master Ines Falk described the pier as "a wooden apology" and promised a new one.',
        [("a wooden apology", "Ines Falk", "Harbour master", "mixed")],
    ),
    (
        "Harbour master Ines Falk said that the pier would be closed.",
        [("the pier would be closed", "Ines Falk", "Harbour master", "indirect")],
    ),
    (
        "According to Ines Falk, the pier will be closed for three weeks.",
        [("the pier will be closed for three weeks", "Ines Falk", None, "indirect")],
    ),
    (
        'Secretary Ines Falk urged patience, warning that haste is "a hole in the hull of every plan".',
        [("a hole in the hull of every plan", "Ines Falk", "Secretary", "mixed")],
    ),
    (
        'In a statement, the Office of the Harbour Commissioner said it would "review the licence in June".',
        [("review the licence in June", "Office of the Harbour Commissioner", None, "mixed")],
    ),
    (
        "Olle Berg thanked Ines Falk for her help and said that the pier was safe.",
        [("the pier was safe", "Olle Berg", None, "indirect")],
    ),
    (
        "After meeting Ines Falk, Olle Berg said that the pier was safe.",
        [("the pier was safe", "Olle Berg", None, "indirect")],
    ),
    # who is meant by a pronoun or a surname
    (
        'Biologist Karl Obuya was not surprised. "There were nine of them on the ice," he said.',
        [("There were nine of them on the ice", "Karl Obuya", "Biologist", "direct")],
    ),
    (
        "Teacher Nora Vint won the prize. Vint said the money would go to the orchestra.",
        [("the money would go to the orchestra", "Nora Vint", "Teacher", "indirect")],
    ),
    (
        '"It is rotten," said Ansgar. "It must go," replied Falk. Engineer Tove Ansgar and captain Ines Falk argue.',
        [("It is rotten", "Tove Ansgar", "Engineer", "direct"), ("It must go", "Ines Falk", "captain", "direct")],
    ),
    (
        "Anna Sund, a miller, and Erik Sund, a baker, share a house. Sund said that the river was too low.",
        [("the river was too low", None, None, "indirect")],
    ),
    (
        'Remy Berg met Sasha Falk on the quay. "The pier is rotten and everyone knows it," she said.',
        [("The pier is rotten and everyone knows it", None, None, "direct")],
    ),
    (
        'Olle Berg met Ines Falk on the quay. "The pier is rotten and everyone knows it," she said.',
        [("The pier is rotten and everyone knows it", "Ines Falk", None, "direct")],
    ),
    # quotations in quotations
    (
        "\"She told me, 'Leave the boat where it is,' and I did,\" said fisherman Abel Kroon.",
        [("She told me, 'Leave the boat where it is,' and I did", "Abel Kroon", "fisherman", "direct")],
    ),
    (
        "“They call it ‘the wooden apology’ in the pub,” said Mayor Odd Lindqvist.",
        [("They call it ‘the wooden apology’ in the pub", "Odd Lindqvist", "Mayor", "direct")],
    ),
    # nobody that the article names
    (
        '"Nobody asked us before they dug up the road."',
        [("Nobody asked us before they dug up the road.", None, None, "direct")],
    ),
    ('"It is a bad deal," the union said in a statement.', [("It is a bad deal", None, None, "direct")]),
    (f'The brother of Mayor Odd Lindqvist said: "{ROTTEN}"', [(ROTTEN, None, None, "direct")]),
    (
        '"He has sold the tram," said a neighbour of Mayor Odd Lindqvist.',
        [("He has sold the tram", None, None, "direct")],
    ),
    (
        '"He has sold the tram," said one critic, and Odd Lindqvist laughed.',
        [("He has sold the tram", None, None, "direct")],
    ),
    (f'Speaking after Ines Falk, the mayor said: "{ROTTEN}"', [(ROTTEN, None, None, "direct")]),
    (f'A letter from Ines Falk to Olle Berg said: "{ROTTEN}"', [(ROTTEN, None, None, "direct")]),
    ("Ines Falk's spokeswoman said that the pier must go.", [("the pier must go", None, None, "indirect")]),
    ('"The pier is rotten," Ines Falk and Olle Berg said in a letter.', [("The pier is rotten", None, None, "direct")]),
    # whom a description or a pronoun means
    (
        f'Harbour master Ines Falk was not amused. "{ROTTEN}" the veteran Norvania official told reporters.',
        [(ROTTEN, "Ines Falk", "Harbour master", "direct")],
    ),
    (
        f'Sen. Ines Falk was not amused. "{ROTTEN}" the Ohio Republican told reporters.',
        [(ROTTEN, "Ines Falk", "Sen.", "direct")],
    ),
    (
        f'Sen. Ines Falk of Ohio was not amused. "{ROTTEN}" the Texas Republican told reporters.',
        [(ROTTEN, None, None, "direct")],
    ),
    (
        f'Sen. Ines Falk spoke first. His father followed. "{ROTTEN}" the president said.',
        [(ROTTEN, None, None, "direct")],
    ),
    (
        f'Mayor Odd Lindqvist waited. As one fisherman observed, the tide was out. "{ROTTEN}" he said.',
        [(ROTTEN, None, None, "direct")],
    ),
    (
        f'Mayor Odd Lindqvist waited. Asked whether he trusted Karl Obuya, he said: "{ROTTEN}"',
        [(ROTTEN, "Odd Lindqvist", "Mayor", "direct")],
    ),
    (
        'Captain Ines Falk, who is suing Olle Berg over the pier, called it "a wooden apology".',
        [("a wooden apology", "Ines Falk", "Captain", "mixed")],
    ),
    (
        'Ines Falk, a member of the Harbour Board, called it "a wooden apology".',
        [("a wooden apology", "Ines Falk", "member of the Harbour Board", "mixed")],
    ),
    (
        f'Ines Falk told me it would stand. Then, after a pause: "{ROTTEN}"',
        [("it would stand", "Ines Falk", None, "indirect"), (ROTTEN, "Ines Falk", None, "direct")],
    ),
    (
        f'Reporter Ada Moll played a clip of Olle Berg saying, "{ROTTEN}"',
        [(ROTTEN, "Olle Berg", None, "direct")],
    ),
    (
        'According to the report, Ines Falk once told colleagues that the pier was "a wooden apology".',
        [("a wooden apology", "Ines Falk", None, "mixed")],
    ),
    (
        'The Harbour Board says it will repaint the pier, a step that fishermen call "a wooden apology".',
        [("a wooden apology", None, None, "mixed")],
    ),
    (
        f'Olle Berg spoke to chants of "{ROTTEN}"',
        [(ROTTEN, None, None, "direct")],
    ),
    # no quotations at all
    ('The board avoids terms such as "pier" and "quay" when it can.', []),
    ("Biologist Karl Obuya did not say that the seals would return.", []),
    ('The play "Rotten Pier" opens on Friday, and the word "pier" has four letters.', []),
    ('The "smart" bins in Grum were removed in May.', []),
    ("The harbour master inspected the pier for three hours on Monday.", []),
]

SV: list[tuple[str, list[Said]]] = [
    (
        "”Nu tänder vi ugnen igen”, säger Marta Quennell, chef för krukmakeriet.",
        [("Nu tänder vi ugnen igen", "Marta Quennell", "chef för krukmakeriet", "direct")],
    ),
    (f"Marta Quennell säger: ”{RUTTEN}”", [(RUTTEN, "Marta Quennell", None, "direct")]),
    (
        "”Bryggan är rutten”, sade Ines Falk. ”Vi river den i maj.”",
        [("Bryggan är rutten", "Ines Falk", None, "direct"), ("Vi river den i maj.", "Ines Falk", None, "direct")],
    ),
    (
        "– Den är rutten, säger hamnkaptenen Ines Falk, och pekar på planken.",
        [("Den är rutten", "Ines Falk", "hamnkaptenen", "direct")],
    ),
    (
        "– Den är rutten ända in i märgen, säger Ines Falk (S), ordförande i hamnnämnden, till Kustbladet.",
        [("Den är rutten ända in i märgen", "Ines Falk", "ordförande i hamnnämnden", "direct")],
    ),
    (
        "– Nu tänder vi ugnen igen, säger Marta Quennell. Det har tagit tid.",
        [
            ("Nu tänder vi ugnen igen", "Marta Quennell", None, "direct"),
            ("Det har tagit tid.", "Marta Quennell", None, "direct"),
        ],
    ),
    (
        "– Är den rutten? frågar reportern Ada Moll hamnkaptenen Ines Falk.",
        [("Är den rutten?", "Ada Moll", None, "direct")],
    ),
    (
        "Hamnkapten Ines Falk visade runt på bryggan i går.\n\n– Den är rutten, säger hon.",
        [("Den är rutten", "Ines Falk", "Hamnkapten", "direct")],
    ),
    (
        "Hamnkapten Ines Falk visade runt på bryggan i går.\n\n– Den är rutten ända in i märgen.",
        [("Den är rutten ända in i märgen.", "Ines Falk", "Hamnkapten", "direct")],
    ),
    (
        "Kommunalrådet Odd Lindqvist och hamnkaptenen Ines Falk är oense.\n\n– Den är rutten, säger Falk.",
        [("Den är rutten", "Ines Falk", "hamnkaptenen", "direct")],
    ),
    ("Ines Falk kallar bryggan ”en ursäkt av trä”.", [("en ursäkt av trä", "Ines Falk", None, "mixed")]),
    ("Enligt Ines Falk är bryggan ”en ursäkt av trä”.", [("en ursäkt av trä", "Ines Falk", None, "mixed")]),
    (
        "Kommunalrådet Odd Lindqvist är kritisk. Enligt honom är bryggan ”en ursäkt av trä”.",
        [("en ursäkt av trä", "Odd Lindqvist", "Kommunalrådet", "mixed")],
    ),
    (
        "Hamnkaptenen Ines Falk säger att bryggan stängs i maj.",
        [("bryggan stängs i maj", "Ines Falk", "Hamnkaptenen", "indirect")],
    ),
    (
        "Ines Falks bror Olle Falk säger att bryggan stängs i maj.",
        [("bryggan stängs i maj", "Olle Falk", "Ines Falks bror", "indirect")],
    ),
    ("Ines Falk (S) och Olle Berg (M) säger att bryggan ska bort.", [("bryggan ska bort", None, None, "indirect")]),
    ("Kommunens ”smarta” papperskorgar togs bort i maj.", []),
]

# Where it is easy to name the wrong person: what may be said instead is the right name or nothing.
EASY_TO_MISTAKE: list[tuple[str, str, str]] = [
    ("en", f'Mayor Odd Lindqvist was asked by reporter Ada Moll: "{ROTTEN}"', "Odd Lindqvist"),
    ("en", f'Olle Berg was told by Ines Falk: "{ROTTEN}"', "Olle Berg"),
    ("en", "Olle Berg was told that the pier was rotten.", "Olle Berg"),
    ("en", "Olle Berg is said to have sold the pier to a cousin.", "Olle Berg"),
    ("en", f'Dr. Tove Ansgar, a marine engineer, said: "{ROTTEN}"', "Dr"),
    ("sv", "Hamnkaptenen Ines Falks syster säger att bryggan stängs i maj.", "Ines Falks"),
    ("en", f'Critics of Mayor Odd Lindqvist said: "{ROTTEN}"', "Odd Lindqvist"),
    ("en", f'Olle Berg quoted Ines Falk as saying: "{ROTTEN}"', "Olle Berg"),
    ("en", "Mayor Odd Lindqvist has never said that the tram would return.", "Odd Lindqvist"),
    ("en", "Neither Odd Lindqvist nor Ada Moll said that the tram would return.", "Ada Moll"),
    ("sv", "Borgmästaren Odd Lindqvist säger inte att spårvagnen kommer tillbaka.", "Odd Lindqvist"),
    (
        "en",
        'Captain Ines Falk showed us round. A tourist stopped beside the planks.\n\n"Is it rotten?" he asked.',
        "Ines Falk",
    ),
    (
        "sv",
        "Medlaren Gunnar Steen är optimistisk. Vid torget väntade en man.\n\n– Jag går väl då, sade han.",
        "Gunnar Steen",
    ),
    (
        "sv",
        "Hamnkapten Ines Falk visade runt. Kommunalrådet Odd Lindqvist följde med.\n\n– Den är rutten, säger hon.",
        "Odd Lindqvist",
    ),
    ("en", '"The pier is rotten," said Falk & Sons, the company that built it.', "Falk"),
    ("sv", "– Bryggan är rutten, säger Ines Falks syster Olga.", "Ines Falks"),
    ("sv", "”Bryggan är rutten”, säger Ines Falks advokat.", "Ines Falks"),
]


def heard(article: Article) -> list[Said]:
    return [(quote.span.of(article.text), quote.speaker, quote.role, quote.kind) for quote in find_quotes(article)]


@pytest.mark.parametrize(("passage", "said"), EN)
def test_who_said_what_in_english(body: Body, passage: str, said: list[Said]) -> None:
    assert heard(body(passage, "en")) == said


@pytest.mark.parametrize(("passage", "said"), SV)
def test_who_said_what_in_swedish(body: Body, passage: str, said: list[Said]) -> None:
    assert heard(body(passage, "sv")) == said


@pytest.mark.parametrize(
    ("language", "passage", "wrong"),
    EASY_TO_MISTAKE,
)
def test_no_words_are_put_in_the_wrong_mouth(body: Body, language: str, passage: str, wrong: str) -> None:
    assert wrong not in {speaker for _, speaker, _, _ in heard(body(passage, language))}


@pytest.mark.parametrize(
    "passage",
    [
        'The so-called "smart" bins in Grum were removed in May.',
        'Her novel "The Long Winter Road Home" came out in May.',
    ],
)
def test_scare_quotes_and_titles_are_no_quotations(body: Body, passage: str) -> None:
    assert heard(body(passage)) == []


def test_a_quotation_over_two_paragraphs_has_one_speaker(body: Body) -> None:
    article = body("Biologist Karl Obuya said: “We counted them twice.\n\n“There were nine of them on the ice.”")

    assert heard(article) == [
        ("We counted them twice.", "Karl Obuya", "Biologist", "direct"),
        ("There were nine of them on the ice.", "Karl Obuya", "Biologist", "direct"),
    ]


TALK = "The two met on the quay.\n\nFALK: Is it rotten?\n\nBERG: It is.\n\nFALK: Since when?\n\nBERG: Since May."


def test_in_a_transcript_the_name_that_opens_a_line_speaks(body: Body) -> None:
    said = heard(body(f"Captain Ines Falk asked engineer Olle Berg about the pier.\n\n{TALK}"))

    assert [(words, speaker) for words, speaker, _, _ in said] == [
        ("Is it rotten?", "Ines Falk"),
        ("It is.", "Olle Berg"),
        ("Since when?", "Ines Falk"),
        ("Since May.", "Olle Berg"),
    ]


def test_a_function_word_is_nobody_s_name(body: Body) -> None:
    said = heard(body("Ines Falk vill inte. Att säger mer än hon om bryggan.", "sv"))

    assert [speaker for _, speaker, _, _ in said] == [None]


def test_lines_that_open_with_a_word_and_a_colon_are_no_transcript(body: Body) -> None:
    assert (
        heard(body("The pier was closed.\n\nCorrection: It was closed in May.\n\nPhoto: Ines Falk\n\nNote: It rained."))
        == []
    )


def test_of_two_who_talk_the_other_asks_on_and_who_else_goes_on_is_left_open(body: Body) -> None:
    talk = '"Is it rotten?" Ines Falk asked.\n\n"I would not say so," Olle Berg replied.\n\n'

    asked, told = (heard(body(talk + words)) for words in ('"Then what would you say?"', '"It is what it is."'))

    assert [speaker for _, speaker, _, _ in asked] == ["Ines Falk", "Olle Berg", "Ines Falk"]
    assert [speaker for _, speaker, _, _ in told] == ["Ines Falk", "Olle Berg", None]


def test_a_denial_reported_by_somebody_is_not_turned_round(body: Body) -> None:
    (words, *_) = heard(body("Olle Berg said the mayor denied that the pier was sold."))[0]

    assert words == "the mayor denied that the pier was sold"


def test_what_somebody_does_is_no_office(body: Body) -> None:
    assert heard(body('Her deputy, Olle Berg, shook his head. "It will stand for years," Berg said.'))[0][2] == "deputy"


def test_an_office_without_a_name_is_read_past(body: Body) -> None:
    assert heard(body("Beside him stood Admiral the Baillie de Suffren.", "en")) == []


def test_the_tag_of_a_line_of_dialogue_is_not_quoted(body: Body) -> None:
    assert heard(body("– Ja, den är rutten! utropar Ines Falk.", "sv"))[0][0] == "Ja, den är rutten!"


def test_a_loose_comma_leaves_no_white_space(body: Body) -> None:
    assert heard(body('"The pier is rotten ," said Ines Falk.'))[0][0] == "The pier is rotten"


def test_a_dash_before_a_quotation_leaves_its_marks_out(body: Body) -> None:
    assert heard(body("– ”Den är rutten”, säger Ines Falk.", "sv"))[0][0] == "Den är rutten"


# Political news: passages of several sentences, and who must be named for each marked quotation in turn.
IN_THE_NEWS: list[tuple[str, list[str | None]]] = [
    (
        '"It is rotten," Sen. Jane Roe, R-Ohio, said Tuesday. "It must go."',
        ["Jane Roe", "Jane Roe"],
    ),
    (
        "Sen. Jane Roe (R-Ohio) met Gov. Tim Berg (D-Maine). “It is rotten,” the Ohio Republican said. “It is not,” the governor replied.",
        ["Jane Roe", "Tim Berg"],
    ),
    (
        "Roe has called the pier “a wooden apology” and “a disgrace.” Jane Roe is a senator.",
        ["Jane Roe", "Jane Roe"],
    ),
    (
        "Jane Roe, the daughter of a diver, has called the pier “a wooden apology,” and it stung.",
        ["Jane Roe"],
    ),
    (
        "Jane Roe said the pier was rotten. “Anyone can see it.”",
        ["Jane Roe"],
    ),
    (
        "Jane Roe spoke for an hour, calling the pier “a wooden apology” and its builders “crooks.”",
        ["Jane Roe", "Jane Roe"],
    ),
    (
        "Jane Roe fired back on Monday.\n\n“It was rotten when we bought it,” she wrote on Twitter.",
        ["Jane Roe"],
    ),
    (
        "Mr. Berg was asked about the pier. “It is rotten,” he told CNN’s Ada Moll.",
        ["Berg"],
    ),
    (
        "“Who paid for it?” Roe asked. “Nobody,” Berg said. Jane Roe and Tim Berg are senators.",
        ["Jane Roe", "Tim Berg"],
    ),
    (
        "Leonard J. Roe spoke first. “It is rotten,” Leonard Roe said. “It must go,” Mr. Roe added.",
        ["Leonard J. Roe", "Leonard J. Roe"],
    ),
    (
        "Roe came early. Leonard Roe likes piers. His wife, Ida Roe, does not. “It is rotten,” Roe said. “He is wrong,” Ida Roe said.",
        ["Leonard Roe", "Ida Roe"],
    ),
    (
        "Mrs. Roe and Mr. Berg met. Ida Roe is a diver; Leonard Roe is not. “It is rotten,” said President Roe.",
        [None],
    ),
    (
        "Ida Roe drew cheers on Monday. President Roe said on Tuesday that the pier was “rotten.”",
        ["Roe"],
    ),
    (
        "“It is rotten,” said its owner, Tim Berg. “It is safe,” said a spokesman for the city, Olle Falk.",
        ["Tim Berg", "Olle Falk"],
    ),
    (
        "Berg’s campaign manager, Ada Moll, insisted that he knew: “He walked on it.”",
        ["Ada Moll"],
    ),
    (
        "Tim Berg, who wrote “The Rotten Pier,” told the Gazette he felt “a deep sense of loss.”",
        ["Tim Berg"],
    ),
    (
        "“It is rotten,” the news agency Interport quoted Tim Berg as saying.",
        ["Tim Berg"],
    ),
    (
        "Tim Berg, one of two brothers, disputed that account: “We never met.”",
        ["Tim Berg"],
    ),
    (
        "“It’s rotten,” said one harbor official.\n\n“They knew,” he said. Tim Berg is the mayor.",
        [None, None],
    ),
    (
        "Jane Roe praised the pier. Tim Berg, meanwhile, was angry. “It is rotten,” he said.",
        ["Tim Berg"],
    ),
    (
        "BAY CITY, Maine (AP) — Former Gov. Tim Berg climbed a wagon and told a crowd that the pier was “rotten.”",
        ["Tim Berg"],
    ),
    (
        "The Harbor Department said the pier was safe. “We have no plans to close it,” the department said in an email.",
        ["Harbor Department"],
    ),
    (
        "“I told them, ‘It is rotten,’” Tim Berg recalled.",
        ["Tim Berg"],
    ),
    (
        "'It must go': mayor tears into harbor board\n\n“It must go, and so must they,” Mayor Tim Berg said.",
        ["Tim Berg", "Tim Berg"],
    ),
    (
        "Dennis and Mary Ellen Lohr run a mill. “It is rotten,” Dennis Lohr said. “It is not,” Mary Ellen Lohr said.",
        ["Dennis Lohr", "Mary Ellen Lohr"],
    ),
    (
        'Harold "Skip" Dunning was sheriff. "Keep your voice down," Dunning said.',
        ["Harold Dunning"],
    ),
    (
        "“My fellow citizens, it is late.\n\n“We must go home,” Tim Berg told the crowd.",
        ["Tim Berg", "Tim Berg"],
    ),
    # those who follow somebody, and a clause behind a comma
    (
        "The Roe administration tried to rally support by saying that voters were “coming out in droves.” Jane Roe won.",
        [None],
    ),
    ("Jane Roe spoke. Roe supporters booed and chanted, “Lock the gate, lock the gate!”", [None]),
    ("Protesters chanted, “Not on my quay!”", [None]),
    ("At a rally in Tampa, the president accused Democrats of “treason.”", [None]),
    # namesakes
    (
        "Sheriff Tim Berg Sr. met the press. “It is rotten,” Berg said. His son, Tim Berg Jr., did not meet it.",
        ["Tim Berg Sr."],
    ),
    (
        "Jane Roe met Senate President Pro Tem Lyman Roe. Jane Roe owns a pier. Lyman Roe does not. “It is rotten,” Roe said.",
        [None],
    ),
    (
        "Tim J. Berg is running. Mr. Berg has a brother, Karl Berg. Mr. Berg called Ms. Holm “crooked” and Mr. Lund “a crazy man.”",
        ["Tim J. Berg", "Tim J. Berg"],
    ),
    ("Jojo Ekdal won. Johannes “Jojo” Ekdal is 19. “It was my knee,” Ekdal said.", ["Johannes Ekdal"]),
    # who is quoted through whom
    ("“Nobody reads those,” Jane Roe recalled Tim Berg saying.", ["Tim Berg"]),
    ("Jane Roe turned to Tim Berg: “You signed it twice, did you not?”", ["Jane Roe"]),
    (
        "Karl Moll said Jane Roe was like Tim Berg, who once asked a witness, “Are you now, or were you ever?”",
        ["Tim Berg"],
    ),
    ("Jane Roe thanked the witness. Tim Berg, she said, was “performing for the cameras.”", ["Jane Roe"]),
    ("As Jane Roe likes to say, “all politics is lunch.”", ["Jane Roe"]),
    ("“They were careless with the pier” while they were in power, Jane Roe said.", ["Jane Roe"]),
    # offices and bodies
    ("Acme co-founder and CEO Jane Roe said in a memo that the pier was “as good as new.”", ["Jane Roe"]),
    ("Sen. Jane Roe, R-Ohio, and Sen. Tim Berg, R-S.D., said in a statement that it was “dead on arrival.”", [None]),
    (
        "“We are late,” Majority Leader Tim Berg, a Maine Democrat, said. Jane Roe, a Maine Democrat, left.",
        ["Tim Berg"],
    ),
    ("Jane Roe — the chairman of the pier — told the Courier she was “a swimmer.”", ["Jane Roe"]),
    ("P&G said the report was “pure speculation.”", ["P&G"]),
    ("Secretary of State Roe said the pier was “a matter of principle.”", ["Roe"]),
    # messages and talk
    ("“It will stand” — Jane Roe (@roe) October 8, 2016", ["Jane Roe"]),
    ("“Did you read the memo?” Jane Roe asked.\n\n“I have not.”\n\n“You have not read it?”", ["Jane Roe", None, None]),
    ("They had not, said Jane Roe, who has been clerk since May.\n\n“We counted them once. Then again.”", ["Jane Roe"]),
    # asides between a name and its verb
    ("Jane Roe of Ellery, a diver, said the pier was “as good as new.”", ["Jane Roe"]),
    ("Jane Roe, a diver who runs the campaign against it, said the pier was “as good as new.”", ["Jane Roe"]),
    ("Jane Roe, 61, recalled what her father, a welder, had told her: “Never dive alone.”", [None]),
    ("The pier drew scorn from Jane Roe, 54, a nurse from Ellery, who called it “a wooden apology.”", ["Jane Roe"]),
    ("They need votes, and Jane Roe would not say for whom. “I will see the pier first,” she said.", ["Jane Roe"]),
    ("Jane Roe, who has since left this week, has urged “patience with the pier.”", ["Jane Roe"]),
    ("Jane Roe said her office had read the plan and would answer “in due course.”", ["Jane Roe"]),
    ("Tim Berg, who wrote the plan, was beside Jane Roe, who called it “a wooden apology.”", ["Jane Roe"]),
    ("Jane Roe declined to comment through an aide, who said she was “busy with the pier.”", [None]),
    (
        "“It is late!” Jane Roe, a Maine Democrat, shouted. “Is it?” Sen. Tim Berg (R-Ohio) asked the clerk.",
        ["Jane Roe", "Tim Berg"],
    ),
    ("The pier was “a wooden apology,” in Jane Roe’s words.", ["Jane Roe"]),
    ("Her deputy, a quiet man named Tim Berg, put it so: “It is rotten.”", ["Tim Berg"]),
    # who is not meant
    ("Roe’s son, Eric Roe, spoke. Roe did not. “The pier is rotten,” he said. Jane Roe is his mother.", ["Eric Roe"]),
    (
        "“It is late,” said one aide. Another House Republican said so too. “It is,” the lawmaker added. Rep. Tim Berg left.",
        [None, None],
    ),
    ("“It is late,” one House Republican said. House Speaker Tim Berg is a Republican.", [None]),
    ("Mayor Jane Roe left. In a report, the city controller called the pier “a wooden apology.”", [None]),
    (
        "Tim Berg, a lawyer for the president, left. The president did not stop. He wrote that he had “nothing to hide.”",
        [None],
    ),
    ("According to a report by Jane Roe, a developer wrote that he was “in the pier business.”", [None]),
    ("Asked if “rotten to the very core” was fair, Jane Roe laughed.", [None]),
    ("The Courier reported that aides were “stunned by the pier.”", [None]),
    ("Berg’s pier was nothing but “a wooden apology,” she said. Jane Roe spoke after Tim Berg.", [None]),
    # documents
    ("Jane Roe wrote of it in a post on Sunday. The post described the pier as “a wooden apology.”", ["Jane Roe"]),
    ("Jane Roe said so. The email, sent by the office of piers, said it was “a wooden apology.”", [None]),
    ("The memo, written by a diver named Jane Roe, warns that the pier is “a wooden apology.”", ["Jane Roe"]),
    ("Mayor Jane Roe was out. “It must go,” the mayor’s statement said.", ["Jane Roe"]),
    ("Jane Roe issued a statement after the vote:\n\n“The pier must go, and it must go now.”", ["Jane Roe"]),
    # names
    ("Rep. Steve King came in May. King said the pier was “as good as new.” The king agreed.", ["Steve King"]),
    (
        "“It is rotten,” said Will Hurd, who dives. In April Berg said it was “as good as new.” Tim Berg swims.",
        ["Will Hurd", "Tim Berg"],
    ),
    ("Sen. Earl L. “Buddy” Moll dives. “It is rotten,” Moll said.", ["Earl L. Moll"]),
    ("Khalid al-Nasser came. Al-Nasser said the pier was “as good as new.”", ["Khalid al-Nasser"]),
    ("Roe Vows to Save Pier\n\nJane Roe said the pier was “as good as new.”", ["Jane Roe"]),
    ("Ellery, Maine (AP) — Gov. Jane Roe spoke on Sunday, telling divers the pier was “as good as new.”", ["Jane Roe"]),
    ("“It is rotten,” said Ellery, Maine, Mayor Jane Roe.", ["Jane Roe"]),
    ("The FBI called. “We have no comment on the pier,” the bureau said in an email.", ["FBI"]),
    # who goes on
    ("Jane Roe came. “When will it go?” a reporter asked. “You will know when it goes,” she said.", [None, "Jane Roe"]),
    ("Jane Roe, who was hired by a Republican mayor, waited.\n\n“It must go,” she said.", ["Jane Roe"]),
    ("Ted Berg did not mention Moll in his speech. He told divers to “trust the pier.” Moll left.", ["Ted Berg"]),
    ("It was a bad night for Tim Berg. The congressman told the host, “I would like to start again.”", ["Tim Berg"]),
    ("Jane Roe left. A judge had given her until noon.\n\n“It must go,” she said.", ["Jane Roe"]),
    ("Jane Roe left. Critics said it was late.\n\n“It must go,” she said.", ["Jane Roe"]),
    ("With her sister, Roe said, in Ellery. “It must go,” she said. Jane Roe dives.", ["Jane Roe"]),
    ("Jane Roe swam.\n\nHer husband was late. They did not wait.\n\n“It must go,” she said.", ["Jane Roe"]),
    ("Ted Berg left. A spokesman said that Jane Roe had stayed. She told divers, “It must go.”", ["Jane Roe"]),
    (
        "Sen. Jane Roe came. One woman waved and asked, “Is it rotten?”\n\n“It is,” the senator said.",
        [None, "Jane Roe"],
    ),
    ("I knew Jane Roe. She dived.\n\nI left.\n\nThe senior senator from Ohio said, “It must go.”", ["Jane Roe"]),
    ("Jane Roe dives. For an hour, led by the clerk Ann Moll, she swam. “It is rotten,” she said.", ["Jane Roe"]),
    ("But in a note in May, obtained by Ann Moll, Jane Roe was asked. “It must go,” she wrote.", ["Jane Roe"]),
    ("The chairwoman of the pier board, Sen. Jane Roe, came.\n\n“It must go,” said the chairwoman.", ["Jane Roe"]),
    ("Brother Simon Moll came. “It must go,” Brother Simon said.", ["Simon Moll"]),
    ("“It is rotten,” said Tim Berg, a diver. It was raining. “It must go.”", ["Tim Berg", "Tim Berg"]),
    ("Odo Falk, who met Mr. Ted Berg, called it “a wooden apology.” He left. “It must go,” he said.", ["Odo Falk"] * 2),
    ("When Odo Berg left, he told divers the pier was “a wooden apology.”", ["Odo Berg"]),
    ("“Is it rotten?” Roe asked then, laughing. Jane Roe dives.", ["Jane Roe"]),
    ("Jane Roe dives. Here she is in May: “It must go.”", ["Jane Roe"]),
    ("Chants of “Save our pier!” could be heard. Jane Roe left.", [None]),
    ("Jane Roe objected before the diver had answered, as the clerk asked her to repeat it: “It is rotten.”", [None]),
    (
        "Tim Berg spoke. “It must go,” Berg said.\n\nThe steelworker waited.\n\n“It is rotten,” he said.",
        ["Tim Berg", None],
    ),
    ("Tim Berg ran against his younger brother, Ted Berg. “It is rotten,” the younger Berg said.", ["Ted Berg"]),
    ("Tim Berg ran against his younger brother, Ted Berg. “It is rotten,” the elder Berg said.", ["Tim Berg"]),
    ("Jane Roe died. She left a daughter, Ann Roe-Moll. “It is rotten,” her daughter said.", ["Ann Roe-Moll"]),
    (
        "Jane Roe dived. Roe died. “It is rotten,” said her daughter, Ann Moll.\n\nIn May she was asked. “No,” she said.",
        ["Ann Moll", None],
    ),
    ("Ted Berg tweeted: “Is it rotten? Ask anyone!” Ann Moll’s club responded with a picture.", ["Ted Berg"]),
    ("Sources met. “It is rotten,” a diver said. Sources told the board it was “a wooden apology.”", [None, None]),
    ("The judge-executive, Tim Berg, left. “It must go,” the judge-executive said.", ["Tim Berg"]),
    ("Clerk Dana Roe dives. She hasn’t said whether it goes. “It must go,” she told divers.", ["Dana Roe"]),
    ("“It is rotten,” Ann Moll cackled. “It must go,” sniped diver Tim Berg.", ["Ann Moll", "Tim Berg"]),
    (
        "“It is rotten,” Ann Moll said.\n\n“It is not,” Tim Berg said.\n\n“It was built in May.”",
        ["Ann Moll", "Tim Berg", None],
    ),
]


SWEDISH_NEWS: list[tuple[str, list[str | None]]] = [
    ("Utanför badhuset står Elsa Björk, 83, med väskan i handen.\n\n– Två år? Då är jag 85.", ["Elsa Björk"]),
    (
        "Partiledaren Karl Moll sa i går att allt var klart. Konduktören kommer.\n\n– Har du biljett? frågar han.",
        [None],
    ),
    ("Hamnchefen Ines Falk vill vänta. Däremot säger hon att bryggan är ”rutten och farlig”.", ["Ines Falk"]),
    ("Elcykelbolaget Nordtramp varslar hälften.\n\n”Det går sämre”, skriver bolaget.", ["Elcykelbolaget Nordtramp"]),
]


@pytest.mark.parametrize(("passage", "speakers"), SWEDISH_NEWS)
def test_who_speaks_in_swedish_news(body: Body, passage: str, speakers: list[str | None]) -> None:
    assert [speaker for _, speaker, _, kind in heard(body(passage, "sv")) if kind != "indirect"] == speakers


@pytest.mark.parametrize(("passage", "speakers"), IN_THE_NEWS)
def test_who_speaks_in_the_news(body: Body, passage: str, speakers: list[str | None]) -> None:
    assert [speaker for _, speaker, _, kind in heard(body(passage)) if kind != "indirect"] == speakers


@pytest.mark.parametrize(
    ("passage", "quoted"),
    [
        ("– Nej, säger Anna Berg, chef för hamnen. – Det är fel.", ["Nej", "Det är fel."]),
        ("– Nej, säger hon, det var två olika konton.", ["Nej", "det var två olika konton."]),
        ("– Vi är klara, säger Anna Berg. Hon vill inte säga mer.", ["Vi är klara"]),
        ("– Att vi slutade gödsla, tror jag. Men vem vet.", ["Att vi slutade gödsla, tror jag. Men vem vet."]),
        ("Låten spelades tre gånger. – Den är bäst, ropade en supporter.", ["Den är bäst"]),
    ],
)
def test_a_line_of_dialogue_is_cut_at_its_tag(body: Body, passage: str, quoted: list[str]) -> None:
    assert [words for words, *_ in heard(body(passage, "sv"))] == quoted


@pytest.mark.parametrize(
    "passage",
    [
        "The bill is called the “Safe Crossings and Rural Roads Act.”",
        "Harold “Skip” Dunning was the sheriff of the county.",
        "Roe said it on CNN’s “State of the Union” on Sunday.",
        "- nothing said here\n\n- nothing said there either",
    ],
)
def test_names_of_things_and_lists_are_no_quotations(body: Body, passage: str) -> None:
    assert [words for words, _, _, kind in heard(body(passage)) if kind != "indirect"] == []


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize(
    "text",
    [
        "“Roe said " * 5000,
        "Roe " + "in on at of from to " * 5000 + "said that it is late.",
        "– Ja, säger " * 4000,
        " ".join(f"Anna{number:x} Roe met Roe.".replace("0", "o") for number in range(2000)),
        "Roe said" + " " * 30000 + "that",
    ],
    ids=["open marks", "prepositions", "tags", "namesakes", "white space"],
)
def test_text_that_is_no_prose_is_read_to_its_end(body: Body, text: str, language: str) -> None:
    for quote in find_quotes(body(text.strip(), language)):
        assert quote.span.of(text)


words = st.lists(
    st.sampled_from("the pier is rotten and must go Nora 5 it’s skär låg".split()), min_size=5, max_size=12
)
sentence = words.map(lambda chosen: "So " + " ".join(chosen))
marks = st.sampled_from([('"', '"'), ("“", "”"), ("”", "”"), ("»", "«"), ("«", "»")])


@given(sentence, sentence, marks, st.sampled_from(["said Ines Falk", "Mayor Ines Falk said", "säger hon", "she said"]))
def test_what_is_quoted_is_exactly_what_stands_between_the_marks(
    body: Body, first: str, second: str, pair: tuple[str, str], tag: str
) -> None:
    opening, closing = pair
    article = body(f"Ines Falk came. {opening}{first},{closing} {tag}. {opening}{second}.{closing}")

    quotes = find_quotes(article)

    assert [quote.span.of(article.text) for quote in quotes] == [first, f"{second}."]
    for quote in quotes:
        assert_sound(article, quote)
        assert quote.speaker in {"Ines Falk", None}


fragments = st.sampled_from(
    "said|säger|Ines Falk|Mayor Odd Lindqvist|she|hon|according to|Enligt|that|att|it is late|saw the pier|of|and"
    '|Olle Bergs|Dr. Moll|“So it is”|”Nu är det så”,|"It is late,"|‘late’|(S)|which|was told|, |. |: |! |\n\n– Ja|\n\n'.split(
        "|"
    )
)


@given(st.lists(fragments, min_size=2, max_size=25).map(" ".join), st.sampled_from(["en", "sv"]))
def test_every_quote_of_any_paragraph_is_sound(body: Body, text: str, language: str) -> None:
    paragraphs = [re.sub(r" (?=[,.:!?])", "", " ".join(paragraph.split())) for paragraph in text.split("\n\n")]
    article = body("\n\n".join(paragraph for paragraph in paragraphs if paragraph) or "It is late.", language)

    quotes = find_quotes(article)

    assert quotes == sorted(quotes, key=lambda quote: quote.span)
    for quote in quotes:
        assert_sound(article, quote)


def test_every_quote_of_the_sample_pages_is_sound() -> None:
    found = [(article, quote) for article in read_articles(samples_folder()) for quote in find_quotes(article)]

    assert len(found) > 60
    for article, quote in found:
        assert_sound(article, quote)


def test_finding_again_finds_the_same() -> None:
    def all_quotes() -> list[Any]:
        return [find_quotes(article) for article in read_articles(samples_folder())]

    assert all_quotes() == all_quotes()


def assert_sound(article: Article, quote: Quote) -> None:
    said = quote.span.of(article.text)
    assert said
    assert said == said.strip()
    assert quote.span.end <= len(article.text)
    assert quote.context.contains(quote.span)
    assert "\n\n" not in said
    if quote.kind != "indirect" and not article.text[: quote.span.start].endswith("– "):
        assert re.search(r"^[“„]|[,\"”]$", said) is None
    if quote.speaker is None:
        assert quote.role is None
