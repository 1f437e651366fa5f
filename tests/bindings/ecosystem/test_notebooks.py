"""The notebooks run from beginning to end, and their pictures are pictures."""
import base64
import os
import pathlib

import pytest

nbformat = pytest.importorskip('nbformat')
nbconvert = pytest.importorskip('nbconvert.preprocessors')

FOLDER = pathlib.Path(__file__).parents[3] / 'examples' / 'notebooks'
NOTEBOOKS = sorted(FOLDER.glob('*.ipynb'))
PICTURES = {'first_neuron': 3, 'from_recording_to_neuron': 2, 'network': 5}
#: Where the executed notebooks and their pictures are left, to be looked at.
KEEP = os.environ.get('IZH_NOTEBOOKS')


def test_they_are_known():
    assert {path.stem for path in NOTEBOOKS} == set(PICTURES)


@pytest.mark.parametrize('path', NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook(path, tmp_path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        assert not cell.get('outputs'), 'a notebook is kept without its outputs'
    run = nbconvert.ExecutePreprocessor(timeout=300, kernel_name='python3')
    run.preprocess(book, {'metadata': {'path': str(tmp_path)}})
    outputs = [output for cell in book.cells for output in cell.get('outputs', ())]
    for output in outputs:
        assert output.output_type != 'error' and output.get('name') != 'stderr', output
    pictures = [base64.b64decode(x.data['image/png']) for x in outputs if 'image/png' in x.get('data', ())]
    assert len(pictures) == PICTURES[path.stem]
    assert all(picture[:8] == b'\x89PNG\r\n\x1a\n' and len(picture) > 5000 for picture in pictures)
    if KEEP:
        nbformat.write(book, pathlib.Path(KEEP) / path.name)
        for k, picture in enumerate(pictures):
            (pathlib.Path(KEEP) / f'{path.stem}_{k}.png').write_bytes(picture)
