"""A stand-in for the commands that start-up runs: venv, pip and apt-get change nothing here."""

from __future__ import annotations

from collections.abc import Callable


class Shell:
    """Stands in for `boot_shell.run`: records commands, answers the first rule whose words are all in one."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.rules: list[tuple[str, list[tuple[int, str]]]] = []
        self.effect: Callable[[str], None] = lambda command: None

    def answer(self, words: str, *answers: tuple[int, str]) -> None:
        """Give these answers in turn to commands with all the words; the last one stays."""
        self.rules.insert(0, (words, list(answers)))

    def __call__(self, command, on_line=None, env=None):
        text = " ".join(map(str, command))
        self.commands.append(text)
        self.effect(text)
        for words, answers in self.rules:
            if all(word in text for word in words.split()):
                code, output = answers.pop(0) if len(answers) > 1 else answers[0]
                for line in output.splitlines() if on_line else ():
                    on_line(line)
                return code, output
        return 0, ""

    def ran(self, words: str) -> int:
        return sum(all(word in command for word in words.split()) for command in self.commands)
