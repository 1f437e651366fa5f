"""Words that read at first pass: no page, header, comment of the library or message has the constructions that
marked the old prose, and no sentence of a public header is longer than 40 words or, behind the first words of a
comment, which name a thing, without a verb. Prints TAP.
Usage: prose.py SOURCE"""
import pathlib
import re
import sys

LONGEST = 40  # words
# Inverted sentences, riddles and German word order, each with what to write.
CONSTRUCTIONS = {
    r'\bsays? `?#?izh_\w+': 'write who does what: izh_x() says ...',
    r'(?<![Tt]here )\b(is|are) none\b(?! of)': 'say what does not exist or hold',
    r'\bwhere \w+ has (it|them|one|some) not\b': 'write "which has no ..."',
    r'\bha(s|ve|d) (it|them|one|some) not\b': 'write "has no ..."',
    r'\b(From|To|By|In) which \w+ (it|they|one) (is|are) \w+ says\b': 'begin with the subject',
    r'\bdoes nothing but\b.*\bsay\b': 'write "only says"',
    r'\b(knows?|takes?|gives?|says?|asks?) not\b(?! only| just)': 'write "does not ..."',
    r'\bof itself\b': 'write "by itself"',
    r'^[*<\s]*Of [a-z]': 'begin with the thing itself, or with what it does',
    r'\bNor (do|does|is|are|has|have)\b': 'write "They do not ... either"',
    r'\b(Where|How|Which|What) [\w ]+ (tells|says|shows) (a|an|the) \w+[.,]': 'begin with the subject',
}
# Those that marked the pages, besides.
OF_PAGES = {
    r'\bknows? (no|nothing)\b': 'write what it does not have or get',
    r'\b(is|are) (others|another one)\b(?! of)': 'write "differs from ..."',
    r'\bthe very (same|time|bit|moment)\b': 'write "the same" or "the exact"',
    r', for (it|they|there|this|that|such|the \w+|an? \w+) (is|are|was|has|have|may|must|would|can|could|does)\b':
        'write "since" or "because"',
    r'\b(is|are) there to be\b': 'write "serves to" or "use it to"',
    r'\bNeeded:': 'write "You need" or "This needs"',
    r'\b(is|are) as the others\b': 'write "is like the others"',
    r'\b(changes?|takes?|has|have) (it )?(no|nothing) but\b': 'write "only"',
    r'\bbut for (one|those|that|it|the|pairs|a|an)\b': 'write "except"',
}
# Verbs of the public headers: a sentence has one of them, in some form. Another one is added here when it comes.
VERBS = """
    abandon accept act add adjust advance allocate allow answer append appear apply arrive ask assume avoid be become begin belong
    bind break bring build call carry change check choose clear close come compare compute connect contain continue
    convert copy cost count cross cut decay decide define deliver depend derive describe destroy detect differ divide do
    draw drive end enter evaluate exceed exchange exist expect express extend fade fail fall fill find finish fire fit
    follow forget free get give go grow guarantee handle happen have hear hide hold ignore imply include increase install
    invalidate jump keep know last lead learn leave let lie limit list load lock look lose make mark match matter mean
    measure meet move multiply name need obey occur offer omit open outlive overflow overwrite own pass pause permit
    place press prevent print process produce promise provide put raise reach read receive recover refer refuse
    release rely remain remove repeat replace report represent reproduce require reset rest return reuse rise round run
    save say scale search see select send serve set share shift show shrink sign silence simulate skip solve sort split
    stand start state stay step stop store suffice sum supply suppress survive take tell test touch treat try turn
    understand use vanish wait wake want warn work write""".split()
IRREGULAR = """
    am is are was were been being has had does did done can could may might must shall should will would went gone came
    made gave given took taken kept held found got knew known left led lost meant met paid ran read rose said saw seen
    sent shown shut stood told thought understood wrote written began begun became broke chose chosen drew drawn drove
    fell felt grew grown born""".split()
FORMS = {*IRREGULAR, *(form for verb in VERBS for form in (
    verb, f'{verb}s', f'{verb}es', f'{verb}d', f'{verb}ed', f'{verb}{verb[-1]}ed', f'{verb[:-1]}ies', f'{verb[:-1]}ied'))}

# What follows one of these is a noun, though a verb may have the same letters: "of a run".
NOUN = re.compile(r"\b((an?|all|at|by|each|every|for|from|in|its|of|on|per|the|their|with) )+[a-z'-]+")


def prose_of_c(text):
    """The comments of a C file, each as one text with its line."""
    for match in re.finditer(r'/\*.*?\*/|//[^\n]*', text, re.S):
        words = re.sub(r'\n *\* ?', '\n', match[0].strip('/*'))
        yield text.count('\n', 0, match.start()) + 1, words


def prose_of_python(text):
    """The docstrings and comments of a Python file."""
    for match in re.finditer(r'"""(.*?)"""|(?<![^\s])#([^\n]*)', text, re.S):
        yield text.count('\n', 0, match.start()) + 1, match[1] or match[2] or ''


def prose_of_page(text):
    """The paragraphs of a page, without programs."""
    text = re.sub(r'^```.*?^```', lambda m: '\n' * m[0].count('\n'), text, flags=re.M | re.S)
    for match in re.finditer(r'[^\n]+(?:\n(?!\n)[^\n]+)*', text):
        yield text.count('\n', 0, match.start()) + 1, match[0]


def sentences(words):
    """Those of a comment: a blank line, a tag, a list's item, a row and a full stop end one."""
    words = re.sub(r'(?m)^    .*$', '', words)  # an example
    words = re.sub(r'(?m)^\s*(?=[-*|@] ?)', '. ', words)
    for sentence in re.split(r'(?<=[.;:!?])["\')]?\s+|\n\s*\n|/\*\*<|\|', words):
        yield ' '.join(sentence.split())


def verbless(words):
    """Sentences without a verb: not tags, lists, rows and examples, titles of papers, and the first words of a comment."""
    if words.startswith('<'):
        return
    words = re.sub(r'(?m)^    .*$|^\s*[-*|@].*(?:\n(?: {2,}).*)*', '', words)
    for part in re.split(r'\n\s*\n', words)[1:]:
        for sentence in re.split(r'(?<=[.!?])["\')]?\s+', ' '.join(part.split())):
            known = set(re.findall(r"[a-z']+", NOUN.sub('', sentence.lower())))
            if re.match(r'[A-Z].*\.$', sentence) and len(sentence.split()) > 3 and not known & FORMS \
                    and not re.search(r': \S+\.$|^Real-time safe\b|\b(19|20)\d\d\b|\b[A-Z]\.$|Trans\.$', sentence):
                yield sentence


def faults(path, prose, length, constructions=CONSTRUCTIONS):
    for line, words in prose:
        for sentence in verbless(words) if length else ():
            yield f'{path}:{line}: no verb: {sentence[:100]}'
        flat = ' '.join(words.split())
        for pattern, instead in constructions.items():
            for match in re.finditer(pattern, flat):
                yield f'{path}:{line}: "{flat[max(0, match.start() - 30):match.end() + 20]}": {instead}'
        for sentence in sentences(words) if length else ():
            count = len(re.findall(r"[A-Za-z0-9_#'’]+", sentence))
            if count > length:
                yield f'{path}:{line}: {count} words: {sentence[:100]}...'


# Sentences that the old prose had, or might have had: each has a fault.
PLANTED = [
    'From which thread it is called says izh_population_on_current().', 'One that overflowed is none.',
    'Libraries where it has it not.', 'A solver that has it not.', 'From which thread it is called says the field.',
    'It does nothing but to say so.', 'It knows not the end.', 'It ends of itself.', 'Of neurons it says where they rest.',
    'Nor do they take conductances.', 'Where the time goes tells a profiler.',
    'A file knows nothing of others.', 'The spikes are others.', 'It is taken back, for it may be wrong.',
    'A solver is there to be compared.', 'Needed: a compiler.', 'The spikes are the same but for one.',
    'The first.\n\nThe second of all the others before it.', 'A run.\n\nThe number of steps of a run of all neurons.',
    f'A sentence {"has a word more and " * 10} ends.',
]


def unseen():
    return [f'"{words[:60]}" has no fault' for words in PLANTED
            if not list(faults('planted', [(1, words)], LONGEST, {**CONSTRUCTIONS, **OF_PAGES}))]


def files_of(root, *suffixes):
    """Those of tests, examples, bindings and packages, but for what others wrote and what releases had."""
    folders = [root / folder for folder in ('tests', 'examples', 'bindings', '.packaging')]
    return sorted(path for folder in folders for path in folder.rglob('*')
                  if path.suffix in suffixes and path.name != 'prose.py'
                  and not {'baseline', 'node_modules', 'subprojects'} & set(path.relative_to(root).parts))


def main(source):
    root = pathlib.Path(source)
    groups = [
        ('public headers', sorted((root / 'include').rglob('*.h*')), prose_of_c, LONGEST),
        ('the library', sorted((root / 'lib').rglob('*.[ch]')), prose_of_c, None),
        ('programs', files_of(root, '.c', '.h', '.cpp', '.cs', '.js', '.mjs', '.ts'), prose_of_c, None),
        ('scripts in Python', files_of(root, '.py'), prose_of_python, None),
        ('pages', [root / 'README.md', *sorted((root / 'docs').glob('*.md')), *files_of(root, '.md')], prose_of_page, None),
    ]
    for number, (name, paths, read, length) in enumerate(groups, 1):
        constructions = {**CONSTRUCTIONS, **OF_PAGES} if name == 'pages' else CONSTRUCTIONS
        found = [fault for path in paths
                 for fault in faults(path.relative_to(root), read(path.read_text()), length, constructions)]
        print('not ok' if found or not paths else 'ok', number, '-', f'{name}: {len(paths)} files')
        for fault in found:
            print('#', fault)
    print('not ok' if unseen() else 'ok', len(groups) + 1, '- sentences of the old prose are found', *unseen())
    print(f'1..{len(groups) + 1}')


main(*sys.argv[1:])
