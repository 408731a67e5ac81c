import {
  carriesToken,
  defineSimulator,
  type SimulatedAnswer,
  SimulatedRefusal,
  type SimulatedRequest,
  type SimulatedTokens,
  type SimulatorView,
  seedTokens,
  tokenEndpoint,
} from '@castellan/sdk/simulator';
import { simulatedPeople } from '../simulated-company.js';
import description from './fixtures/google-sheets.openapi.json' with { type: 'json' };

type Cell = string | number | boolean;
interface Sheet {
  sheetId: number;
  title: string;
  cells: Cell[][];
}
interface SheetsState {
  tokens: SimulatedTokens;
  spreadsheets: { spreadsheetId: string; title: string; sheets: Sheet[] }[];
}

const statuses: Record<number, string> = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND' };
const refusal = (code: number, message: string) => ({ error: { code, message, status: statuses[code] ?? 'INTERNAL' } });

const notEnough = 'Request had invalid authentication credentials.';

export const googleSheetsSimulator = defineSimulator<SheetsState>({
  connector: 'google-sheets',
  title: 'Google Sheets',
  apis: [
    {
      description,
      error: refusal,
      authorize: (request, { tokens }) =>
        carriesToken(tokens, request) ? null : { status: 401, body: refusal(401, notEnough) },
      rules: {
        'sheets.spreadsheets.get': (state, { params }) => {
          const { spreadsheetId, title, sheets } = spreadsheetOf(state, params);
          const shown = sheets.map(({ sheetId, title: name }, index) => ({
            properties: { sheetId, title: name, index },
          }));
          return { body: { spreadsheetId, properties: { title }, sheets: shown } };
        },
        'sheets.spreadsheets.values.get': readValues,
        'sheets.spreadsheets.values.append': append,
        'sheets.spreadsheets.values.update': update,
      },
    },
    tokenEndpoint<SheetsState>({
      path: '/token',
      tokens: ({ tokens }) => tokens,
      grants: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    }),
  ],
  seed: () => ({
    tokens: seedTokens(),
    spreadsheets: [
      {
        spreadsheetId: '1Castellan-review-status-0001',
        title: 'Access reviews',
        sheets: [
          {
            sheetId: 0,
            title: 'Reviews',
            cells: [
              ['Reviewer', 'Status', 'Items'],
              [emailOf('jane'), 'open', 12],
              [emailOf('sam'), 'done', 3],
            ],
          },
          emptySheet(1, 'Reviewers', [
            ...['Key', 'Review', 'Reviewer', 'Why', 'Deadline', 'Status', 'Source'],
            ...['Reminded', 'Escalated to', 'Done'],
          ]),
          emptySheet(2, 'Completion', ['Key', 'Review', 'Deadline', 'Reviewers', 'Done', 'Escalated', 'Complete %']),
        ],
      },
    ],
  }),
  view,
});

function emptySheet(sheetId: number, title: string, headings: string[]): Sheet {
  return { sheetId, title, cells: [headings] };
}

const emailOf = (key: string) => simulatedPeople.find((person) => person.key === key)!.email;

function spreadsheetOf(state: SheetsState, { spreadsheetId }: Record<string, string>) {
  const found = state.spreadsheets.find((one) => one.spreadsheetId === spreadsheetId);
  if (!found) throw new SimulatedRefusal(404, 'Requested entity was not found.');
  return found;
}

/** A1 notation: `Reviews`, `'Reviews'!A2`, `Reviews!A1:C3`. */
function rangeOf(state: SheetsState, params: Record<string, string>) {
  const text = decodeURIComponent(params.range!);
  const [, quotedName, plainName, cells] = /^(?:'((?:[^']|'')*)'|([^!']+))(?:!(.+))?$/.exec(text) ?? [];
  const name = quotedName?.replaceAll("''", "'") ?? plainName;
  const sheet = spreadsheetOf(state, params).sheets.find(({ title }) => title === name);
  const place = /^([A-Z])?(\d+)?(?::([A-Z])?(\d+)?)?$/.exec(cells ?? 'A1:Z1000');
  if (!sheet || !place) throw new SimulatedRefusal(400, `Unable to parse range: ${text}`);
  const [, from = 'A', top = '1', to = 'Z', bottom = '1000'] = place;
  const column = (letter: string) => letter.charCodeAt(0) - 65;
  return { sheet, top: Number(top) - 1, bottom: Number(bottom), left: column(from), right: column(to) + 1, text };
}

function readValues(state: SheetsState, { params }: SimulatedRequest): SimulatedAnswer {
  const { sheet, top, bottom, left, right, text } = rangeOf(state, params);
  const values = sheet.cells.slice(top, bottom).map((row) => withoutEmptyEnd(row.slice(left, right)));
  return { body: { range: text, majorDimension: 'ROWS', ...(values.length > 0 ? { values } : {}) } };
}

function withoutEmptyEnd(row: Cell[]): Cell[] {
  const end = row.findLastIndex((value) => value !== '');
  return row.slice(0, end + 1);
}

function append(state: SheetsState, { params, body, query }: SimulatedRequest): SimulatedAnswer {
  if (!query.valueInputOption) throw new SimulatedRefusal(400, "'valueInputOption' is required but not specified");
  const { sheet } = rangeOf(state, params);
  const { values } = body as { values: (Cell | null)[][] };
  const first = sheet.cells.length + 1;
  for (const row of values) sheet.cells.push(row.map((value) => value ?? ''));
  return { body: { spreadsheetId: params.spreadsheetId!, updates: updateOf(params, sheet, first, values) } };
}

function update(state: SheetsState, { params, body, query }: SimulatedRequest): SimulatedAnswer {
  if (!query.valueInputOption) throw new SimulatedRefusal(400, "'valueInputOption' is required but not specified");
  const { sheet, top, left } = rangeOf(state, params);
  const { values } = body as { values: (Cell | null)[][] };
  values.forEach((row, down) => {
    const held = [...(sheet.cells[top + down] ?? [])];
    row.forEach((value, across) => {
      if (value !== null) held[left + across] = value;
    });
    sheet.cells[top + down] = held;
  });
  return { body: updateOf(params, sheet, top + 1, values) };
}

function updateOf(params: Record<string, string>, { title }: Sheet, first: number, values: (Cell | null)[][]) {
  const width = Math.max(...values.map((row) => row.length));
  const right = String.fromCharCode(64 + width);
  return {
    spreadsheetId: params.spreadsheetId,
    updatedRange: `'${title}'!A${first}:${right}${first + values.length - 1}`,
    ...{ updatedRows: values.length, updatedColumns: width, updatedCells: width * values.length },
  };
}

function view({ spreadsheets }: SheetsState): SimulatorView {
  return {
    tables: spreadsheets.flatMap(({ title, sheets }) =>
      sheets.map((sheet) => {
        const [headings = [], ...rows] = sheet.cells;
        return {
          title: `${title}: ${sheet.title}`,
          columns: headings.map((heading) => ({ key: String(heading), title: String(heading) })),
          rows: rows.map((row) =>
            Object.fromEntries(headings.map((heading, index) => [String(heading), row[index] ?? ''])),
          ),
        };
      }),
    ),
  };
}
