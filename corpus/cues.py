"""Verbs of saying, English and Swedish."""

from __future__ import annotations

import re

CUE_EN = (
    r"said|says|saying|say|told|tells|telling|stated|states|stating|added|adds|adding|warned|warns|warning|noted|notes|noting"
    r"|argued|argues|arguing|claimed|claims|claiming|insisted|insists|insisting|explained|explains|explaining|announced|announces"
    r"|announcing|wrote|writes|writing|tweeted|posted|asked|asks|asking|replied|replies|replying|responded|responds|responding|called|calls|calling"
    r"|urged|urges|urging|emphasi[sz]ed|emphasi[sz]es|emphasi[sz]ing|stressed|stresses|stressing|described|describes|describing"
    r"|confirmed|confirms|confirming|admitted|admits|admitting|acknowledged|acknowledges|declared|declares|declaring|suggested"
    r"|suggests|predicted|predicts|predicting|commented|comments|commenting|remarked|remarks|recalled|recalls|recalling|concluded"
    r"|concludes|continued|continues|promised|promises|promising|vowed|vows|vowing|denied|denies|denying|demanded|demands"
    r"|joked|jokes|quipped|maintained|maintains|recounted|testified|reported|reports|reporting"
    r"|thinks|believes|believed|hopes|hoped|expects|pointed out|points out|put it|countered|counters|shouted|shouts|exclaimed|asserted|asserts"
    r"|contended|contends|observed|observes|mused|interjected|retorted|cautioned|lamented|boasted|complained|complains|reiterated|reiterates"
    r"|conceded|concedes|alleged|alleges"
)
CUE_SV = (
    r"sa|sade|säger|säga|sagt|menar|menade|tycker|tyckte|anser|ansåg|hävdar|hävdade|berättar|berättade|förklarar|förklarade"
    r"|skriver|skrev|uppger|uppgav|påpekar|påpekade|konstaterar|konstaterade|tillägger|tillade|varnar|varnade|betonar|betonade"
    r"|svarar|svarade|frågar|frågade|undrar|undrade|lovar|lovade|medger|medgav|bekräftar|bekräftade|kommenterar|kommenterade"
    r"|fortsätter|fortsatte|uppmanar|uppmanade|understryker|underströk|framhåller|framhöll|meddelar|meddelade|utropade|utbrast|skämtar|hälsar"
    r"|utropar|ropar|ropade|inflikar|suckar|skrattar|förtydligar|poängterar|poängterade|resonerar|funderar|avslutar|inleder|intygar|rapporterar"
    r"|kallar|kallade|beskriver|beskrev|tror|trodde|hoppas|hoppades|manade|krävde|kräver"
)
CUE = re.compile(rf"(?<!-)\b(?P<cue>{CUE_EN}|{CUE_SV})\b", re.IGNORECASE)
REPORTING = re.compile(
    r"\b(?P<cue>said|says|told|stated|states|added|warned|warns|noted|argued|argues|claimed|claims|insisted|insists"
    r"|explained|announced|stressed|emphasi[sz]ed|confirmed|admitted|acknowledged|predicted|promised|urged|called on"
    r"|believes|believed"
    r"|expects|maintains|has said|have said"
    r"|sa|sade|säger|menar|menade|anser|ansåg|hävdar|hävdade|uppger|uppgav|påpekar|påpekade|konstaterar|konstaterade|varnar|varnade"
    r"|betonar|betonade|tillägger|tillade|framhåller|framhöll|meddelar|meddelade|berättar|berättade|lovar|lovade|manade|uppmanar|uppmanade|tror|tycker)\b"
)


def is_swedish(cue: str) -> bool:
    return re.fullmatch(CUE_SV, cue, re.IGNORECASE) is not None
