from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.datasets import load_dataset
from evals.errors import DatasetError
from rag.conversation import Turn

CONVERSATION = ["|user|: Where is  the ferry?", "|user|: who owns it? ", "|user|: Is the ice thick?"]
REWRITES = ["|user|: Where is the ferry", "|user|: Who owns the ferry?", "|user|: Is ice thick?"]


def task(number: int) -> str:
    return f"c1<::>{number}"


def lines(texts: list[str], *, first: int = 1) -> str:
    rows = [{"_id": task(number), "text": text} for number, text in enumerate(texts, start=first)]
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def histories(turns: list[str]) -> list[str]:
    return ["\n".join(turns[: number + 1]) for number in range(len(turns))]


def write(folder: Path, stem: str = "mtrag_harbour", **changed: str | None) -> Path:
    """Writes a domain's files, those in `changed` with another text or, for None, not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    published = {
        "questions": lines(histories(CONVERSATION)),
        "lastturn": lines(CONVERSATION),
        "rewrite": lines(REWRITES),
    }
    for name, text in (published | changed).items():
        if text is not None:
            (folder / f"{stem}_{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_the_last_turn_is_asked_with_the_turns_before_it_and_its_rewrite(tmp_path: Path) -> None:
    dataset = load_dataset("mtrag", write(tmp_path))
    first, second, third = dataset.cases

    assert (first.question, first.history, first.rewrite) == ("Where is  the ferry?", (), "Where is the ferry")
    assert (second.question, second.rewrite) == ("who owns it?", "Who owns the ferry?")
    assert second.history == (Turn("user", "Where is  the ferry?"),)
    assert len(third.history) == 2
    assert [case.tags for case in dataset.cases] == [
        ("harbour", "first_turn", "kept"),
        ("harbour", "follow_up", "rewritten"),
        ("harbour", "follow_up", "kept"),
    ]


def test_without_a_corpus_there_is_nothing_to_find(tmp_path: Path) -> None:
    dataset = load_dataset("mtrag", write(tmp_path))

    assert not dataset.has_corpus
    assert {(case.articles, case.answers) for case in dataset.cases} == {((), ())}


def test_what_the_agent_said_is_the_assistants(tmp_path: Path) -> None:
    spoken = ["|user|: Where is it?\n|agent|: In the bay.\nAt anchor.\n|user|: Whose bay?"]
    path = write(tmp_path, questions=lines(spoken), lastturn=None, rewrite=lines(["|user|: Whose bay is it?"]))
    (case,) = load_dataset("mtrag", path).cases

    assert case.history == (Turn("user", "Where is it?"), Turn("assistant", "In the bay.\nAt anchor."))


def test_one_file_is_one_domain_and_a_folder_is_all_below_it(tmp_path: Path) -> None:
    write(tmp_path / "harbour", "harbour")
    other = write(
        tmp_path / "ice",
        "ice",
        questions=lines(["|user|: Ice?"], first=9),
        lastturn=None,
        rewrite=lines(["|user|: Is there ice?"], first=9),
    )

    assert {case.tags[0] for case in load_dataset("mtrag", tmp_path).cases} == {"harbour", "ice"}
    assert [case.id for case in load_dataset("mtrag", other / "ice_questions.jsonl").cases] == [task(9)]


def with_corpus(folder: Path, corpus: str = "corpus.jsonl", rows: tuple[str, ...] = (f"{task(2)}\tp1\t1",)) -> Path:
    passages = [{"_id": "p1", "title": "Ferry", "text": "Nils owns the ferry."}, {"_id": "p2", "text": "The ice."}]
    (folder / corpus).write_text("".join(f"{json.dumps(passage)}\n" for passage in passages))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "dev.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *rows]))
    return folder


@pytest.mark.parametrize("name", ["corpus.jsonl", "harbour.jsonl"])
def test_a_corpus_beside_the_questions_is_searched(tmp_path: Path, name: str) -> None:
    dataset = load_dataset("mtrag", with_corpus(write(tmp_path), name))

    assert dataset.has_corpus
    assert [len(case.articles) for case in dataset.cases] == [0, 1, 0]
    assert dataset.cases[1].articles == (dataset.articles[0].id,)
    assert dataset.cases[1].rewrite == "Who owns the ferry?"


def test_a_judgement_of_an_unknown_passage_is_named(tmp_path: Path) -> None:
    with_corpus(write(tmp_path), rows=(f"{task(2)}\tp9\t1",))

    with pytest.raises(DatasetError, match=r"dev\.tsv, line 2: there is no document 'p9'"):
        load_dataset("mtrag", tmp_path)


def test_domains_with_and_without_corpus_are_not_mixed(tmp_path: Path) -> None:
    with_corpus(write(tmp_path / "harbour", "harbour"))
    write(
        tmp_path / "ice",
        "ice",
        questions=lines(["|user|: Ice?"], first=9),
        lastturn=None,
        rewrite=lines(["|user|: Ice?"], first=9),
    )

    with pytest.raises(DatasetError, match=r"ice_questions\.jsonl has no corpus beside it"):
        load_dataset("mtrag", tmp_path)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"questions": '{"_id": "a", "text": "|user|: ?"}\n{"_id"'}, r"_questions\.jsonl, line 2: Invalid JSON"),
        ({"questions": '{"_id": "a"}\n'}, r"_questions\.jsonl, line 1, text: Field required"),
        ({"questions": lines(["Where is it?"])}, r"_questions\.jsonl, line 1, text: it does not begin with \|user\|:"),
        ({"questions": lines(["|user|: So?\n|agent|: No."])}, r"line 1, text: it does not end with a question"),
        ({"questions": lines(["|user|: "])}, r"line 1, text: it does not end with a question"),
        ({"rewrite": lines(REWRITES[:2])}, r"_questions\.jsonl, line 3: mtrag_harbour_rewrite\.jsonl has no 'c1<::>3'"),
        ({"rewrite": lines(["Where?", *REWRITES[1:]])}, r"_rewrite\.jsonl, line 1, text: it does not begin"),
        ({"rewrite": None}, r"mtrag_harbour_rewrite\.jsonl cannot be read: No such file"),
        (
            {"lastturn": lines([CONVERSATION[0], "|user|: Who?"])},
            r"_lastturn\.jsonl, line 2: the conversation 'c1<::>2' ends with another question",
        ),
        (
            {"lastturn": lines([*CONVERSATION, "|user|: So?"])},
            r"_lastturn\.jsonl, line 4: no conversation is 'c1<::>4'",
        ),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, changed: dict[str, str | None], complaint: str) -> None:
    with pytest.raises(DatasetError, match=complaint):
        load_dataset("mtrag", write(tmp_path, **changed))


def test_a_task_in_two_domains_is_named(tmp_path: Path) -> None:
    write(tmp_path, "harbour")
    write(tmp_path, "ice")

    with pytest.raises(DatasetError, match=r"ice_questions\.jsonl: the task 'c1<::>1' is in another of the files"):
        load_dataset("mtrag", tmp_path)


def test_a_folder_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no \*_questions\.jsonl is there"):
        load_dataset("mtrag", tmp_path)
