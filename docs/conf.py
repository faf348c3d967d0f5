"""How the documentation is built: ``python -m sphinx -W -b html docs docs/_build/html``."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
# Cells run in processes of their own, which must find the same package.
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # shows figures of pyplot
os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])

# They read no settings of whoever builds, and tell errors only.
profile = HERE / "_build" / "ipython" / "profile_default"
profile.mkdir(parents=True, exist_ok=True)
(profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 40\n")
os.environ["IPYTHONDIR"] = str(profile.parent)

from strategic import __version__  # noqa: E402 - found by the paths above

project, author, release = "strategic", "The strategic authors", __version__
project_copyright = author
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_design",
    "_ext.registries",
    "_ext.formulas",
    "_ext.cells",
    "_ext.outcomes",
    "_ext.files",
    "_ext.statements",
    "_ext.notation",
    "_ext.measured",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
templates_path = ["_templates"]

myst_enable_extensions = [
    "dollarmath",
    "amsmath",
    "colon_fence",
    "deflist",
    "fieldlist",
    "attrs_block",
]
myst_heading_anchors = 3
nb_execution_cache_path = str(HERE / "_build" / "cells")
nb_execution_mode = "cache"  # a page that has not changed is not run again
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_in_temp = True
nb_merge_streams = True

default_role = "py:obj"  # names in docstrings are links where they have a page
autodoc_typehints = "none"  # types stand in the text of each parameter
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
python_maximum_signature_line_length = 88

html_theme = "pydata_sphinx_theme"
html_title = "strategic"
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_search_summary = False  # excerpts of found pages need a server
html_sidebars = {"index": [], "look-up/*/**": []}  # a tree of 800 names on each page helps nobody
html_theme_options = {
    "collapse_navigation": True,
    "navigation_depth": 2,
    "show_prev_next": False,
    "use_edit_page_button": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
