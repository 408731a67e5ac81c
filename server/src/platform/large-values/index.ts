export {
  type Blob,
  type LargeValue,
  type LargeValues,
  largeBody,
  largeBytes,
  mostBytes,
  saveBlobs,
  sizesOf,
  splitLarge,
  wholeValue,
} from './large-values.js';
