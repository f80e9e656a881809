"""What the web pages say, by name. `ui.english` and `ui.swedish` say it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Code = Literal["en", "sv"]


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
    review: str

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
    expired: str
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
    runs_intro: str
    runs_empty: str
    run_a: str
    run_b: str
    show: str
    scores: str
    interval: str
    verdict: str
    b_better: str
    b_worse: str
    b_different: str
    b_alike: str
    same_in_both: str
    plots: str
    worst_cases: str
    both_wrong: str
    nothing_wrong: str

    login: str
    login_intro: str
    user_name: str
    password: str
    log_in: str

    review_heading: str
    review_intro: str
    asked_after: str
    was_answered: str
    not_expected: str
    measure_with: str
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
