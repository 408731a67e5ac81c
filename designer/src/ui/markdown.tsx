import Renderer from 'markdown-to-jsx/react';
import type { ComponentProps } from 'react';
import { CopyButton } from './copy-button.js';
import classes from './markdown.module.css';

const options = {
  // A guide may come from outside: HTML in it stays text, and addresses are sanitised by the renderer.
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: { a: { component: OuterLink }, pre: { component: CodeBlock }, h1: { component: Heading } },
};

/** Text in Markdown, with links that open beside and code that can be copied. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.text}>
      <Renderer options={options}>{text}</Renderer>
    </div>
  );
}

function OuterLink({ href, children }: ComponentProps<'a'>) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/** The page has its own first heading. */
function Heading({ children }: ComponentProps<'h1'>) {
  return <h2>{children}</h2>;
}

function CodeBlock({ children }: ComponentProps<'pre'>) {
  return (
    <div className={classes.code}>
      <pre>{children}</pre>
      <div className={classes.copy}>
        <CopyButton value={textIn(children)} title="Copy" />
      </div>
    </div>
  );
}

function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textIn).join('');
  if (typeof content === 'object' && content !== null && 'props' in content) {
    return textIn((content.props as { children?: unknown }).children);
  }
  return '';
}
