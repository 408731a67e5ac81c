import type { FlowTestResult } from '@castellan/api';
import { failureLines } from './lines.js';
import { type PlayedFlow, sumOf } from './played-flow.js';

/** The results as JUnit's XML, which build servers read: a suite a flow, a case a test case. */
export function junitOf(flows: PlayedFlow[]): string {
  const { passed, failed } = sumOf(flows);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${passed + failed}" failures="${failed}">`,
    ...flows.flatMap(suiteOf),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf({ name, report: { results, failed } }: PlayedFlow): string[] {
  const time = seconds(results.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  return [
    `  <testsuite name="${xml(name)}" tests="${results.length}" failures="${failed}" time="${time}">`,
    ...results.flatMap((result) => caseOf(name, result)),
    '  </testsuite>',
  ];
}

function caseOf(flow: string, { name, passed, failures, milliseconds }: FlowTestResult): string[] {
  const head = `<testcase classname="${xml(flow)}" name="${xml(name)}" time="${seconds(milliseconds)}"`;
  if (passed) return [`    ${head}/>`];
  const [first] = failures;
  const said = failures.flatMap(failureLines).map((line) => line.slice(6));
  return [
    `    ${head}>`,
    `      <failure message="${xml(first?.message ?? '')}">${xml(said.join('\n'))}</failure>`,
    '    </testcase>',
  ];
}

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(3);

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for an attribute or an element; control characters that no XML 1.0 may hold are left out. */
function xml(text: string): string {
  const allowed = [...text].filter((character) => character >= ' ' || '\t\n\r'.includes(character)).join('');
  return allowed.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
