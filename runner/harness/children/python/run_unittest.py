"""Runs the tests in tests/ of each folder among the arguments; writes the report named by GYM_REPORT (mutants.ts)."""

import json
import os
import sys
import traceback
import unittest

MAX_MESSAGE = 300


class Recorder(unittest.TestResult):
    """Keeps what each test did; a test with sub-tests fails when one of them does."""

    def __init__(self):
        super().__init__()
        self.tests = {}
        self.problems = []

    def record(self, test, status, error=None):
        if not isinstance(test, unittest.TestCase):
            # setUpClass or setUpModule: the tests below it did not run.
            self.problems.append(f"{test}: {describe(error)}")
            return
        entry = self.tests.setdefault(test.id(), {**names(test), "status": status, "byAssertion": False, "message": ""})
        if error is None:
            return
        by_assertion = isinstance(error, test.failureException)
        if entry["message"] == "" or (by_assertion and not entry["byAssertion"]):
            entry["message"] = describe(error)
        entry["status"] = "failed"
        entry["byAssertion"] = entry["byAssertion"] or by_assertion

    def addSuccess(self, test):
        self.record(test, "passed")

    def addFailure(self, test, err):
        self.record(test, "failed", err[1])

    def addError(self, test, err):
        self.record(test, "failed", err[1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.record(test, "failed", err[1])

    def addUnexpectedSuccess(self, test):
        self.record(test, "failed", RuntimeError("passed, and was expected to fail"))

    # Skipped tests and expected failures say nothing: they are left out.


def names(test):
    module = type(test).__module__
    name = test.id()
    return {"name": name.removeprefix(f"{module}."), "file": f"{module}.py"}


def describe(error):
    first = next(iter(str(error).splitlines()), "")
    text = first if isinstance(error, AssertionError) else f"{type(error).__name__}: {first}"
    return text[:MAX_MESSAGE]


def reason(trace):
    last = trace.strip().splitlines()[-1] if trace.strip() else ""
    return "it ended the process while it was loaded" if last.startswith("SystemExit") else last


def load(folder):
    tests = os.path.join(folder, "tests")
    if not os.path.isdir(tests):
        return unittest.TestSuite(), ["there is no folder tests/"]
    loader = unittest.TestLoader()
    package = os.path.exists(os.path.join(tests, "__init__.py"))
    suite = loader.discover(tests, pattern="test*.py", top_level_dir=folder if package else tests)
    return suite, [f"{failed_module(text)}: {reason(text)}" for text in loader.errors]


def failed_module(text):
    words = text.splitlines()[0].split() if text else []
    return f"{words[-1]}.py" if words else "tests"


def loaded(suite):
    """The tests without the stand-ins that unittest puts in for modules that did not load."""
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from loaded(item)
        elif type(item).__module__ != "unittest.loader":
            yield item


def run(folder):
    sys.path[:0] = [folder, os.path.join(folder, "src")]
    try:
        suite, problems = load(folder)
        result = Recorder()
        unittest.TestSuite(loaded(suite)).run(result)
    except Exception as error:
        return {"tests": [], "loadError": traceback.format_exception_only(type(error), error)[-1].strip()[:MAX_MESSAGE]}
    problems += result.problems
    return {"tests": list(result.tests.values()), "loadError": problems[0][:MAX_MESSAGE] if problems else None}


def main():
    path = os.environ.pop("GYM_REPORT")
    folders = sys.argv[1:]
    # Neither this file's folder nor its arguments are the tests' business.
    del sys.path[0]
    del sys.argv[1:]
    reports = {folder: run(os.path.abspath(folder)) for folder in folders}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(reports, file)


main()
