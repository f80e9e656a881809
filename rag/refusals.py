"""How a refusal, or a notice beside an answer, reads in the question's language."""

from __future__ import annotations

from collections.abc import Mapping

from rag.answer import Refusal

REFUSALS: Mapping[str, Mapping[Refusal, str]] = {
    "en": {
        "no_support": "The articles do not carry an answer to this.",
        "no_quote_by_speaker": "The articles quote this person, but hold nothing said on that.",
        "speaker_unknown": "Nobody of that name or office is quoted in the articles.",
        "nothing_indexed": "There are no articles to answer from yet.",
        "filtered_out": "The filters leave no article to answer from. Ask without them to search all articles.",
        "nothing_verified": "No sentence of the answer could be verified against the articles.",
    },
    "sv": {
        "no_support": "Artiklarna ger inget svar på det.",
        "no_quote_by_speaker": "Artiklarna citerar personen, men inget sägs där om den saken.",
        "speaker_unknown": "Ingen med det namnet eller ämbetet citeras i artiklarna.",
        "nothing_indexed": "Det finns inga artiklar att svara ur ännu.",
        "filtered_out": "Filtren lämnar ingen artikel att svara ur. Fråga utan dem för att söka i alla artiklar.",
        "nothing_verified": "Ingen mening i svaret kunde beläggas i artiklarna.",
    },
}

NEAREST: Mapping[str, str] = {"en": "Nearest in the articles:", "sv": "Närmast i artiklarna:"}
"""What stands before the passages that come nearest to a refused question."""

NOTICES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "failed": "{reason} What follows are the articles' own words.",
        "unverified": "Nothing that {model} wrote could be verified. These are the articles' own words.",
        "broke_off": "{reason} The answer may be incomplete.",
        "other_language": "{model} answered in another language than the question's.",
        "period": "Searched articles published {period} (“{words}”).",
        "one_undated": "One article without a date was left out.",
        "undated": "{count} articles without a date were left out.",
        "without": "Ask without “{words}” to search all articles.",
        "no_dates": "No article states when it was published, so “{words}” did not narrow the search.",
    },
    "sv": {
        "failed": "{reason} Det som följer är artiklarnas egna ord.",
        "unverified": "Inget av det som {model} skrev kunde beläggas. Detta är artiklarnas egna ord.",
        "broke_off": "{reason} Svaret kan vara ofullständigt.",
        "other_language": "{model} svarade på ett annat språk än frågans.",
        "period": "Sökte i artiklar publicerade {period} (”{words}”).",
        "one_undated": "En artikel utan datum är utelämnad.",
        "undated": "{count} artiklar utan datum är utelämnade.",
        "without": "Fråga utan ”{words}” för att söka i alla artiklar.",
        "no_dates": "Ingen artikel anger när den publicerades, så ”{words}” begränsade inte sökningen.",
    },
}
