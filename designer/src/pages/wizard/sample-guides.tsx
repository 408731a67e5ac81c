import type { TemplateDetail } from '@castellan/api';
import { Accordion, Title } from '@mantine/core';
import { JsonView } from '../../ui/json-view.js';
import { Markdown } from '../../ui/markdown.js';

/** What to set up in each system that triggers the flow, and what it will send. */
export function SampleGuides({ template, opened = false }: { template: TemplateDetail; opened?: boolean }) {
  if (template.samples.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        Set up what triggers it
      </Title>
      <Accordion keepMounted={false} variant="separated" defaultValue={opened ? template.samples[0]?.title : null}>
        {template.samples.map((sample) => (
          <Accordion.Item key={sample.title} value={sample.title}>
            <Accordion.Control>{sample.title}</Accordion.Control>
            <Accordion.Panel>
              {sample.setup && <Markdown text={sample.setup} />}
              <Title order={3} mb={4}>
                What arrives
              </Title>
              <JsonView value={sample.body} label={`sample of ${sample.title}`} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  );
}
