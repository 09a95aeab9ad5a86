/**
 * Part of the key of everything that is kept on disk and was computed from pixels, embeddings for instance. Raise it with
 * each change of decoding, orientation, resampling or normalising that changes a value of any tensor.
 */
export const PREPROCESSING_VERSION = 1;
