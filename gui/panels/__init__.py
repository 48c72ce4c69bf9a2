"""The panels beside and below the canvas: values come in, edits and requests go out."""
