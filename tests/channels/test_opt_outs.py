"""Who opts out by what words, and who does not."""

from __future__ import annotations

import time

import pytest

from rooftree.channels.opt_out_words import read

OUT = [
    "Stop texting me",
    "please stop texting me!!",
    "Can you stop texting me",
    "I want you to stop texting me",
    "There is a gas smell. Also quit sending me messages",
    "do not text this number",
    "Don’t text me anymore",
    "dont txt me",
    "no more texts please",
    "I don't want any more messages from you",
    "stop all texts",
    "Stop these text messages",
    "unsubscribe me",
    "please remove me from your list",
    "take me off the text list",
    "I'd like to opt out of these texts",
    "stop contacting me",
    "STOP PLEASE",
    "Stop.",
    "please stop",
    "Deje de mandarme mensajes",
    "dejen de escribirme",
    "No me manden más mensajes",
    "ya no me escriban",
    "no quiero recibir mensajes",
    "no más textos",
    "quítenme de su lista",
    "Alto",
]
NOTHING = [
    "please stop the leak",
    "can you make it stop",
    "the noise won't stop",
    "don't stop texting me",
    "please do not stop the messages",
    "why did you stop texting me?",
    "did you stop sending texts?",
    "tell my neighbor to stop texting me",
    "my ex wont quit, she should stop texting me",
    "remove me from the waiting list",
    "take me off the lease",
    "how do I opt out of the renters insurance",
    "don't text me before 9",
    "don't text me back tonight",
    "I got no more texts from you, is he coming?",
    "don't send messages to my old number, use this one",
    "the toilet will not stop running",
    "stop by tomorrow",
    "cancel my appointment",
    "the end of the pipe broke",
    "no me manden al plomero hoy",
    "la fuga no para",
    "yes it is fixed",
    "quit working again",
    "",
    "🙂",
]


@pytest.mark.parametrize("text", OUT)
def test_plain_words_that_opt_out(text: str) -> None:
    assert read(text) == ("out", "words")


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_say_nothing_about_texts(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "word", ["STOP", " stop\n", "StopAll", "unsubscribe", "CANCEL", "end", "Quit", "revoke", "optout"]
)
def test_the_carrier_s_words_alone_opt_out(word: str) -> None:
    assert read(word) == ("out", "keyword")


@pytest.mark.parametrize(("word", "how"), [("start", "keyword"), ("UNSTOP", "keyword"), ("Yes", "yes")])
def test_the_carrier_s_words_alone_opt_in(word: str, how: str) -> None:
    assert read(word) == ("in", how)


@pytest.mark.parametrize(
    "piece", ["stop ", "stop the the ", "don't want any more ", "opt out of ", "any more ", "all these "]
)
def test_long_texts_are_read_in_no_time(piece: str) -> None:
    started = time.process_time()
    read(piece * (10_000 // len(piece)))
    read("stop " + piece * (10_000 // len(piece)))
    assert time.process_time() - started < 1
