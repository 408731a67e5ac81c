/** What the data of a flow looks like, by schemas and by what runs gave. */
export { type DataPath, jsonataWords, readDataPath } from './data-path.js';
export { type DraftShapes, draftShapes, type SeenRun, type StepShapes, scopeAt } from './draft-shapes.js';
export { shapeOfExpression } from './expression-shape.js';
export { type MissingPath, missingPaths } from './missing-paths.js';
export { shapeOfSchema } from './schema-shape.js';
export {
  alike,
  type JsonType,
  jsonTypeOf,
  jsonTypes,
  type Shape,
  shapeAt,
  shapeOfValue,
  unknownShape,
  withSeen,
} from './shape.js';
export { shapeInWords } from './words.js';
