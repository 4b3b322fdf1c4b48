/** The user and the password of an `Authorization` header with the scheme Basic. */
export interface BasicCredential {
  readonly user: string;
  readonly password: string;
}

/** The credential of an `Authorization` header with the scheme Bearer. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** Parses an `Authorization` header with the scheme Basic; undefined if it has no colon. */
export function basicCredential(authorization: string | undefined): BasicCredential | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The token of a request, from either scheme. */
export function presentedToken(authorization: string | undefined): string | undefined {
  return bearerToken(authorization) ?? basicCredential(authorization)?.password;
}
