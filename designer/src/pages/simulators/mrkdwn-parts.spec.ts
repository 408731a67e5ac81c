import { describe, expect, it } from 'vitest';
import { mrkdwnParts } from './mrkdwn-parts.js';

describe('a message in the markup of Slack', () => {
  it('has bold, italic, code, links and signs', () => {
    expect(
      mrkdwnParts(':white_check_mark: *Contained*: _jane_ `E1` <https://a.test/r?x=1&amp;y=2|Open the run>'),
    ).toEqual([
      { kind: 'text', text: '✅ ' },
      { kind: 'bold', text: 'Contained' },
      { kind: 'text', text: ': ' },
      { kind: 'italic', text: 'jane' },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: 'E1' },
      { kind: 'text', text: ' ' },
      { kind: 'link', url: 'https://a.test/r?x=1&y=2', text: 'Open the run' },
    ]);
  });

  it('shows what is no markup as it is: names with underscores, sums, signs that nobody knows', () => {
    const text = 'a_b_c is 2*3*4 at :no_such_sign: <script> & co';
    expect(mrkdwnParts(text)).toEqual([{ kind: 'text', text }]);
    expect(mrkdwnParts('&lt;b&gt; &amp;lt;')).toEqual([{ kind: 'text', text: '<b> &lt;' }]);
  });

  it('leads nowhere but to addresses of the web', () => {
    expect(mrkdwnParts('<javascript:alert(1)|Open>')).toEqual([{ kind: 'text', text: '<javascript:alert(1)|Open>' }]);
  });
});
