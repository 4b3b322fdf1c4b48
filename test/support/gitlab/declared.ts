import { type InputValue, type TemplateName, template } from './sandbox.ts';
import { asMapping, type Mapping, parseDocuments } from './yaml.ts';

/** The inputs that a template declares, by name. */
export function declaredIn(name: TemplateName): Readonly<Record<string, Mapping>> {
  const [header] = parseDocuments(template(name));
  const declared = asMapping(asMapping(header?.['spec'])['inputs']);
  return Object.fromEntries(
    Object.entries(declared).map(([input, row]) => [input, asMapping(row)]),
  );
}

/**
 * The inputs whose value GitLab would refuse, judged by the type, options and regex that the
 * template declares.
 */
export function refusedBy(
  name: TemplateName,
  values: Readonly<Record<string, InputValue>>,
): readonly string[] {
  const declared = declaredIn(name);
  return Object.keys(values).filter((input) => {
    const { type, options, regex } = declared[input] ?? {};
    const value = values[input];
    if (typeof value !== (type === 'array' ? 'object' : type)) return true;
    if (Array.isArray(options) && !options.includes(value)) return true;
    return typeof regex === 'string' && !new RegExp(regex).test(String(value));
  });
}
