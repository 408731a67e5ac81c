import type { HelperDoc } from './function-doc.js';

/** What Handlebars templates can use beside the data. */
export const templateHelpers = [
  {
    name: 'if',
    block: true,
    usage: '{{#if value}}…{{else}}…{{/if}}',
    brief: 'shown when true',
    example: { source: '{{#if vip}}VIP{{else}}regular{{/if}}', data: { vip: true }, gives: 'VIP' },
  },
  {
    name: 'unless',
    block: true,
    usage: '{{#unless value}}…{{/unless}}',
    brief: 'shown when not true',
    example: { source: '{{#unless manager}}no manager{{/unless}}', data: {}, gives: 'no manager' },
  },
  {
    name: 'each',
    block: true,
    usage: '{{#each list}}{{this}}{{/each}}',
    brief: 'repeated for each item',
    example: { source: '{{#each apps}}{{@index}}:{{this}} {{/each}}', data: { apps: ['a', 'b'] }, gives: '0:a 1:b ' },
  },
  {
    name: 'with',
    block: true,
    usage: '{{#with object}}{{name}}{{/with}}',
    brief: 'inside a value',
    example: { source: '{{#with user}}{{name}}{{/with}}', data: { user: { name: 'Anna' } }, gives: 'Anna' },
  },
  {
    name: 'lookup',
    usage: '{{lookup object "name"}}',
    brief: 'a member by name or number',
    example: { source: '{{lookup list 1}}', data: { list: ['a', 'b'] }, gives: 'b' },
  },
  {
    name: 'eq',
    usage: '(eq left right)',
    brief: 'whether two values are the same',
    example: { source: '{{#if (eq status "open")}}still open{{/if}}', data: { status: 'open' }, gives: 'still open' },
  },
  {
    name: 'join',
    usage: '{{join list ", "}}',
    brief: 'a list as one text',
    example: { source: '{{join apps " and "}}', data: { apps: ['Jira', 'Slack'] }, gives: 'Jira and Slack' },
  },
  {
    name: 'default',
    usage: '{{default value "none"}}',
    brief: 'something else where there is nothing',
    example: { source: '{{default manager "nobody"}}', data: {}, gives: 'nobody' },
  },
  {
    name: 'date',
    usage: '{{date instant "[D01].[M01].[Y0001]" zone="Europe/Zurich"}}',
    brief: 'text of an instant in a time zone',
    example: {
      source: '{{date at "[H01]:[m01]" zone="Europe/Zurich"}}',
      data: { at: '2026-07-01T06:30:00Z' },
      gives: '08:30',
    },
  },
  {
    name: 'json',
    usage: '{{json value indent=2}}',
    brief: 'a value as JSON',
    example: { source: '{{json apps}}', data: { apps: ['Jira'] }, gives: '["Jira"]' },
  },
] as const satisfies HelperDoc[];

export type HelperName = (typeof templateHelpers)[number]['name'];
