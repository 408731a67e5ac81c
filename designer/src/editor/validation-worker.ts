import '../zod-jitless.js';
import { type Catalog, catalogFor, type Draft, type Problem, validate } from '@castellan/flow';

/** What the worker is told: the catalogue once, and again when it changes; each draft with a number. */
export type ValidationRequest = { catalog: Catalog; flowId: string } | { draft: Draft; number: number };

export interface ValidationAnswer {
  number: number;
  problems: Problem[];
}

let catalog: Catalog | undefined;

self.onmessage = ({ data }: MessageEvent<ValidationRequest>) => {
  if ('catalog' in data) {
    catalog = catalogFor(data.catalog, data.flowId);
    return;
  }
  if (catalog === undefined) return;
  const answer: ValidationAnswer = { number: data.number, problems: validate(data.draft, catalog) };
  self.postMessage(answer);
};
