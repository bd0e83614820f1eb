"""What shows images: Qt-free models of the view, and the panes that paint them."""
