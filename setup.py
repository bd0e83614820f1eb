"""The packages: found by their folders, and `resources/`, which is installed under a name of its own."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["qdit4sr_core*", "qdit4sr_gui*"]), "qdit4sr_resources"],
    package_dir={"qdit4sr_resources": "resources"},
)
