/** A reader gives the value, or a sentence that says what is wrong with it. */
export type Reader<Value> = (
  text: string,
) => { readonly value: Value } | { readonly problem: string };
