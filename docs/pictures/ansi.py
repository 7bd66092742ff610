#!/usr/bin/env python3
"""Reads what a program printed to a terminal, writes it as SVG: colours, bold, one line below the other."""

import html
import re
import sys

ROW, COLUMN, SIZE, MARGIN, BAR = 18, 8.0, 13, 18, 30
COLOURS = {
    "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea",
    "91": "#ff7b72", "92": "#7ee787", "93": "#e3b341", "94": "#79c0ff", "95": "#d2a8ff", "96": "#76e3ea",
}
EIGHT_BITS = {"9": "#ff7b72", "10": "#7ee787", "11": "#e3b341", "12": "#79c0ff", "13": "#d2a8ff", "14": "#76e3ea"}
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")


def after(style, codes):
    """The style (colour, bold, dim) after a sequence of codes."""
    colour, bold, dim = style
    codes = codes.split(";")
    while codes:
        code = codes.pop(0)
        if code in ("", "0"):
            colour, bold, dim = None, False, False
        elif code == "1":
            bold = True
        elif code == "2":
            dim = True
        elif code == "22":
            bold, dim = False, False
        elif code == "39":
            colour = None
        elif code == "38" and codes[:1] == ["5"]:
            colour, codes = EIGHT_BITS.get(codes[1]), codes[2:]
        elif code in COLOURS:
            colour = COLOURS[code]
    return colour, bold, dim


def pieces(text):
    """The lines, each as a list of (style, text)."""
    style, lines = (None, False, False), []
    for line in text.rstrip("\n").split("\n"):
        parts = SEQUENCE.split(line)
        row = [(style, parts[0])]
        for codes, words in zip(parts[1::2], parts[2::2]):
            style = after(style, codes)
            row.append((style, words))
        lines.append([(how, words) for how, words in row if words])
    return lines


def span(style, column, words):
    colour, bold, dim = style
    look = f' fill="{colour}"' if colour else ""
    look += ' font-weight="bold"' if bold else ""
    look += ' opacity="0.6"' if dim else ""
    return f'<tspan x="{MARGIN + column * COLUMN:g}"{look}>{html.escape(words)}</tspan>'


def main():
    title = sys.argv[1]
    lines = pieces(sys.stdin.read())
    widest = max((sum(len(words) for _, words in line) for line in lines), default=0)
    width, height = round(2 * MARGIN + widest * COLUMN), BAR + 2 * MARGIN + len(lines) * ROW
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">')
    print(f"<title>{html.escape(title)}</title>")
    print(f'<rect width="{width}" height="{height}" rx="10" fill="#0d1117"/>')
    for number, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        print(f'<circle cx="{MARGIN + 4 + 18 * number}" cy="20" r="5.5" fill="{colour}"/>')
    font = 'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace"'
    print(f'<text x="{MARGIN + 66}" y="25" fill="#9198a1" {font} font-size="12">{html.escape(title)}</text>')
    for number, line in enumerate(lines):
        column, spans = 0, ""
        for style, words in line:
            spans += span(style, column, words)
            column += len(words)
        y = BAR + MARGIN + (number + 1) * ROW - 5
        print(f'<text y="{y}" fill="#e6edf3" {font} font-size="{SIZE}" xml:space="preserve">{spans}</text>')
    print("</svg>")


main()
