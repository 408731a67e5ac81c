/** The name, or the name with the first number that makes it free: `opal`, `opal_2`. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(wanted)) return wanted;
  let number = 2;
  while (isTaken(`${wanted}_${number}`)) number++;
  return `${wanted}_${number}`;
}
