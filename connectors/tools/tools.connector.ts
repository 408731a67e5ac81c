import { defineConnector } from '@castellan/sdk';
import { csvTools } from './tools-csv.js';
import { dateTools } from './tools-dates.js';
import { listTools } from './tools-lists.js';
import { textTools } from './tools-text.js';

/** What flows do with data as a step. It calls nobody, and so it takes no connection. */
export const tools = defineConnector({
  id: 'tools',
  title: 'Tools',
  docs: 'https://www.rfc-editor.org/rfc/rfc8259',
  judgedBy: 'own',
  auth: [],
  operations: { ...csvTools, ...textTools, ...dateTools, ...listTools },
});
