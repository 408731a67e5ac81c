import { ChoiceSetting } from '../../forms/setting-fields.js';

/** What test cases that fail do to a publish. */
export function FailingTestsSetting({ value }: { value: unknown }) {
  return (
    <ChoiceSetting
      label="When a test case fails at publish"
      pointer="/settings/failingTests"
      value={value}
      otherwise="warn"
      choices={[
        { value: 'warn', label: 'say so, and publish' },
        { value: 'refuse', label: 'refuse to publish' },
      ]}
    />
  );
}
