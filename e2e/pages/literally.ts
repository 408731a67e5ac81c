/** A pattern's text for exactly this: titles hold question marks and arrows. */
export function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
