import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/lib/failure.ts';
import { type Operation, routes, urlFor } from '../../src/outpost/routes.ts';

const origin = new URL('https://outpost.run');
const variables = { namespace: 'acme', service: 'web', name: 'ci deploy' };

describe('the documented routes', () => {
  test.each<[Operation, string, string]>([
    ['token', 'GET', 'https://outpost.run/auth/v1/pat/ci%20deploy'],
    ['user', 'GET', 'https://outpost.run/auth/v1/users'],
    ['deploy', 'POST', 'https://outpost.run/auth/v1/v1/services/web/deploy'],
  ])('%s is %s %s', (operation, method, href) => {
    expect([
      routes[operation].method,
      urlFor(origin, routes[operation].path, variables).href,
    ]).toEqual([method, href]);
  });

  test('each names a docs page as its source, and none is a guess', () => {
    for (const { basis, source } of Object.values(routes)) {
      expect(basis).toBe('documented');
      expect(source).toMatch(/^https:\/\/outpost\.run\/docs\//);
    }
  });
});

describe('urlFor', () => {
  test.each([
    ['a/b', 'a%2Fb', 'a slash'],
    ['a?b#c', 'a%3Fb%23c', 'the start of a query and a fragment'],
    ['a%2fb', 'a%252fb', 'a percent sign'],
    ['...', '...', 'three dots are a name'],
    ['naïve', 'na%C3%AFve', 'letters beyond ASCII'],
  ])('%s stays one segment: %s (%s)', (name, segment) => {
    expect(urlFor(origin, '/auth/v1/pat/{name}', { name }).pathname).toBe(
      `/auth/v1/pat/${segment}`,
    );
  });

  test.each([['', '.', '..', 'a\nb', 'a\u0000', '\u0085']].flat().map((name) => [name]))(
    '%j cannot be a segment',
    (name) => {
      const build = (): URL => urlFor(origin, '/auth/v1/pat/{name}', { name });
      expect(build).toThrow(Failure);
      expect(build).toThrow(
        'Building the URL /auth/v1/pat/{name}: the name cannot be used in a path',
      );
    },
  );

  test('a missing variable is rejected, not omitted', () => {
    expect(() => urlFor(origin, '/{namespace}/services', {})).toThrow(
      'the namespace cannot be used in a path',
    );
  });

  test('keeps the port of the origin, but not a path', () => {
    expect(urlFor(new URL('http://127.0.0.1:8787'), '/{namespace}/services', variables).href).toBe(
      'http://127.0.0.1:8787/acme/services',
    );
  });

  test('no value escapes its segment, the host, or the scheme', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        let url: URL;
        try {
          url = urlFor(origin, '/auth/v1/pat/{name}', { name });
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          return;
        }
        expect(url.origin).toBe('https://outpost.run');
        expect(url.search + url.hash).toBe('');
        expect(url.pathname.split('/')).toHaveLength(5);
        expect(decodeURIComponent(url.pathname.split('/')[4] ?? '')).toBe(name);
      }),
      { numRuns: 1_000 },
    );
  });
});
