//! What holds for any names, texts and numbers.
