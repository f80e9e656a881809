"""Orders to a language model in an article's text: told apart from its news, so that no answer rests on them.

It is a list of forms, English and Swedish, and no proof: what keeps a claim from a reader is verification. But an order's own words stand
in the article, so verification finds them there: they are withheld from writers, and no evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.article import Article, Span
from corpus.sentences import sentence_spans

_MACHINE = (
    r"(?:AI[ -]?(?:models?|assistants?|systems?|readers?|agents?|chatbots?|bots?|modell\w*|assistent\w*|läsare\w*|system\w*|tjänst\w*)"
    r"|(?:large )?language models?|LLMs?|chat ?bots?|chattbot\w*|språkmodell\w*)"
)
_TELLS = (
    r"(?:answer|reply|respond|say|state|claim|write|report|tell|print|output|include|add|append|link|remember|repeat|copy|recommend"
    r"|svara|säga|uppge|påstå|hävda|skriva|rapportera|berätta|återge|lägga|länka|minnas|upprepa|kopiera|rekommendera)"
)
_START = r"(?:^|[\n|.!?]\W{0,3})"
_ORDERS = (
    # Forget what you were told
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?]{0,40}\b(?:instructions?|rules|prompts?|guidelines|directives|question)\b",
    r"\b(?:ignorera|bortse från|glöm|strunta i|åsidosätt|upphäv)\b[^.!?]{0,40}"
    r"\b(?:instruktion\w*|regler\w*|\w*prompt\w*|anvisning\w*|direktiv\w*|frågan)\b",
    r"\b(?:rules|instructions) are (?:now )?(?:cancelled|canceled|void|suspended)\b",
    r"\b(?:reglerna|instruktionerna) (?:gäller inte|är upphävda)\b",
    # What a machine has to say
    rf"\b{_MACHINE}\b[^.!?]{{0,60}}\b(?:must|should|shall|will|ska|skall|måste|bör) (?:\w+ )?{_TELLS}\b",
    rf"\b{_MACHINE}\b[^.!?]{{0,60}}\b(?:is|are) (?:hereby )?(?:ordered|instructed|told|required)\b",
    rf"\b(?:the assistant|assistenten)\b[^.!?]{{0,20}}\b(?:must|shall|should|ska|skall|måste) (?:\w+ )?{_TELLS}\b",
    # Spoken to
    rf"(?:{_START}|[*_>(]\s*)(?:[^.:!?|]{{0,40}}\b)?{_MACHINE}\b[^.:!?|]{{0,30}}[:|]",
    rf"{_START}[^.:!?]{{0,60}}\b(?:to|for|till|för|you are|du som är)\s(?:an |the |en |any |all )?(?:AI|assistant|assistenten)\b"
    r"[^.:!?]{0,40}:",
    rf"{_START}(?:system|user|assistant|användare|assistent)(?: (?:note|message|prompt|override|instructions?|meddelande))?\s*:",
    rf"{_START}[^.:!?]{{0,40}}\b(?:instructions?|instruktion\w*)(?: (?:to|for|till|för)\b[^.:!?]{{0,20}})?:",
    r"\b(?:new|nytt) (?:system|systemmeddelande)(?: (?:message|prompt))?\s*:",
    r"\byou are now in \w+ mode\b|\bdu är nu i \w+läge\b",
    # How to answer
    r"(?:^|[.:;|,\"“”]\s*|\b(?:and|och) )(?:only |just |bara )?(?:answer|reply|respond|svara)"
    r" (?:only|just|nothing|with nothing|enbart|endast|bara|exakt)\b",
    r"\bfrom now on,? you (?:only )?(?:\w+ )?(?:answer|reply|respond|output|write)\b",
    r"\btell the user (?:that|to)\b|\bbefore (?:you answer|answering)\b|\binnan du svarar\b",
    r"\b(?:in|as) (?:your|the) (?:final |only )?(?:answer|reply|response)\b|\bi (?:ditt|sitt) svar\b",
    r"\b(?:begin|börja) (?:your|ditt) (?:answer|svar)\b|\b(?:svaret ovan|the answer above)\b|\bsystem ?prompt",
    rf"(?:{_START}|[:,]\s*)(?:say|state|claim|säg|påstå|hävda|uppge) (?:that|att)\b|{_START}(?:skriv|write)\s*:",
    # What no reader reads
    r"<\|\w+\|>|\[/?INST\]|<</?SYS>>",
    r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{48}",
)
_ORDER = re.compile("|".join(f"(?:{form})" for form in _ORDERS), re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:above|ovan|ovanstående|with their markers)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_order(text: str) -> bool:
    """Whether a title or a sentence tells a language model what to do."""
    return _ORDER.search(text) is not None


def orders(article: Article, within: Span) -> list[Span]:
    """The sentences of the paragraphs that `within` touches that are orders or belong to one: what follows an order in its paragraph does,
    and what stands before one that points back."""
    found: list[Span] = []
    for paragraph in article.paragraphs:
        text = paragraph.span.of(article.text)
        if not paragraph.span.overlaps(within) or not is_order(text):
            continue
        sentences = sentence_spans(text, paragraph.language)
        ordered = [place for place, span in enumerate(sentences) if is_order(span.of(text))] or [0]
        pointing = any(_POINTS_BACK.search(sentences[place].of(text)) for place in ordered)
        found += [span.shifted(paragraph.span.start) for span in sentences[0 if pointing else ordered[0] :]]
    return found
