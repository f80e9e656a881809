"""Why verification took a sentence out, in the language of the page. `rag` says it in English, in one of these forms."""

from __future__ import annotations

from ui.forms import Forms, Said
from ui.texts import Texts


def reason_in(texts: Texts, reason: str) -> Said:
    """The reason, and the language that it is in: English where no form fits."""
    return _REASONS.said(texts, reason)


_REASONS = Forms(
    {
        "it does not follow from the cited words": "det följer inte av de citerade orden",
        "it is an order to a language model": "det är en uppmaning till en språkmodell",
        "the cited words are an order to a language model": "de citerade orden är en uppmaning till en språkmodell",
        "words in quotation marks are not in the cited article": "ord inom citattecken står inte i den citerade artikeln",
        "the words are not in the cited article at the cited place": "orden står inte på det angivna stället i artikeln",
        "the cited words are not quoted from {}": "de citerade orden är inget citat av {}",
        "the cited article does not exist": "den citerade artikeln finns inte",
        "the cited place is not in the article": "det citerade stället finns inte i artikeln",
        "no sentence of the articles carries it": "ingen mening i artiklarna bär det",
        "no source text carries it": "ingen källtext bär det",
        "a paraphrase carries no metadata of its own": "en omskrivning bär inga egna uppgifter om källan",
        "{} belongs to other words than these": "{} hör till andra ord än dessa",
        "the record states no {} {}": "artikelns uppgifter anger inte {} {}",
        "not a known template: {}": "ingen känd mall: {}",
        "not words of the question: {}": "inte frågans ord: {}",
        "the denial before the quoted words is left out": "nekandet före de citerade orden är utelämnat",
        "the cited words share too little with it": "de citerade orden har för lite gemensamt med det",
        "the cited words share too little with what stands around the quotation": "de citerade orden har för lite gemensamt med det "
        "som står kring citatet",
        "one of the sentence and its source says not, the other does not": "den ena av meningen och källan nekar, den andra inte",
        "it says nothing": "det säger ingenting",
        "it asks": "det är en fråga",
        "it speaks to the reader": "det tilltalar läsaren",
        "somebody's words are given without quotation marks": "någons ord återges utan citattecken",
        "the articles do not quote these words from {}": "artiklarna citerar inte dessa ord av {}",
        "the cited words are {}'s, not {}'s": "de citerade orden är sagda av {}, inte av {}",
        "it does not say clearly that the words are {}'s": "det sägs inte tydligt att orden är sagda av {}",
        "the cited words do not state the office {}": "de citerade orden nämner inte ämbetet {}",
        "the cited words do not state {}": "de citerade orden anger inte {}",
        "the cited words do not name {}": "de citerade orden nämner inte {}",
        "the cited words do not hold {}": "de citerade orden innehåller inte {}",
        "the cited words do not say that it is {}": "de citerade orden säger inte att det är {}",
        "the cited words do not say a {}": "de citerade orden säger inte per {}",
        "the cited words do not say {}": "de citerade orden säger inte {}",
        "the cited words say that it is {}, not {}": "de citerade orden säger att det är {}, inte {}",
        "the cited words say that it is {}": "de citerade orden säger att det är {}",
        "the cited words say so without a doubt": "de citerade orden säger det utan förbehåll",
        "the cited words say {}, not {}": "de citerade orden säger {}, inte {}",
        "{} and {} have each other's place in the cited words": "{} och {} har bytt plats mot de citerade orden",
        "{} is {}, not {}": "{} är {}, inte {}",
    },
    {
        **{"certain": "säkert", "necessary": "nödvändigt", "possible": "möjligt", "intended": "avsett"},
        **{"title": "rubriken", "outlet": "tidningen", "published": "dagen", "speaker": "talaren", "role": "rollen"},
        **{
            "year": "år",
            "month": "månad",
            "week": "vecka",
            "day": "dag",
            "hour": "timme",
            "anybody known": "någon känd",
        },
    },
)
