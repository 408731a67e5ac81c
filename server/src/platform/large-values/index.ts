export {
  type Blob,
  type LargeValue,
  type LargeValues,
  largeBody,
  largeBytes,
  mostBytes,
  previewBytes,
  saveBlobs,
  sizesOf,
  splitLarge,
  wholeBytes,
  wholeValue,
} from './large-values.js';
