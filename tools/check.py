#!/usr/bin/env python3
"""./book check: format, clang-tidy, the include rule and the texts, for what changed.

./book check             what differs from the last commit
./book check --all       everything
./book check --install   run it before every commit, as git's pre-commit hook

What is not installed here is left out with one line. Exit code 1 if something is wrong.
"""

import os
import shutil
import subprocess
import sys

FORMAT_VERSION = "14"  # another version of clang-format puts some lines elsewhere


def lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def changed():
    """Files that differ from the last commit, and new ones."""
    return lines("git", "diff", "--name-only", "--diff-filter=d", "HEAD") + lines(
        "git", "ls-files", "--others", "--exclude-standard"
    )


def tool(name):
    for candidate in (f"{name}-{FORMAT_VERSION}", name):
        if shutil.which(candidate):
            version = " ".join(lines(candidate, "--version"))
            if f"version {FORMAT_VERSION}." in version:
                return candidate
    print(f"check: {name} {FORMAT_VERSION} is not here; this part is left out")
    return None


def run(what, *command):
    """Runs a check; says what it found. Returns whether all is right."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        print(result.stdout.rstrip())
        print(f"check: {what}: not in order")
    return result.returncode == 0


def check_format(sources):
    program = tool("clang-format") if sources else None
    return not program or run("format (clang-format -i mends it)", program, "--dry-run", "-Werror", *sources)


def check_tidy(sources):
    """Only sources that the build knows, with the options it compiles them with."""
    build = os.path.join("build", "release")
    units = [file for file in sources if file.endswith(".cpp")]
    if not units or not os.path.exists(os.path.join(build, "compile_commands.json")):
        return True
    program = tool("clang-tidy")
    return not program or run("clang-tidy", program, "--quiet", "-p", build, *units)


def install():
    hook = os.path.join(lines("git", "rev-parse", "--git-path", "hooks")[0], "pre-commit")
    if os.path.exists(hook):
        sys.exit(f"check: {hook} is there already; add ./book check to it yourself")
    with open(hook, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\nexec ./book check\n")
    os.chmod(hook, 0o755)
    print(f"check: from now on ./book check runs before every commit ({hook})")


def main(arguments):
    if arguments == ["--install"]:
        return install()
    if arguments not in ([], ["--all"]):
        sys.exit(__doc__.rstrip())
    files = lines("git", "ls-files") if arguments else changed()
    sources = [f for f in files if f.endswith((".hpp", ".cpp", ".cu")) and os.path.exists(f)]
    fine = [
        check_format(sources),
        run("the include rule", "bash", "tests/include_rule.sh"),
        run("the texts", "bash", "tests/documentation.sh"),
        check_tidy([] if arguments else sources),
    ]
    if not all(fine):
        sys.exit(1)
    print(f"check: {len(files)} files, all in order")


if __name__ == "__main__":
    main(sys.argv[1:])
