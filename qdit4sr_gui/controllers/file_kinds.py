"""The kinds of file that are offered for saving, as file dialogs take them."""

FIGURES = "PNG (*.png);;PDF (*.pdf);;SVG (*.svg)"
PICTURES = "PNG (*.png);;JPEG (*.jpg *.jpeg);;WebP (*.webp)"
TABLES = "CSV (*.csv);;Markdown (*.md);;LaTeX (*.tex);;JSON (*.json)"
ANIMATIONS = "GIF (*.gif);;APNG (*.apng *.png);;WebP (*.webp)"
