/** What a route was set for, with what its path and query said. */
export interface Matched<T> {
  readonly value: T;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Finds the first route a request fits. A route is `POST /v2/things/{Name}`; `{Key+}` takes the rest of the path. Query
 * parameters of one name are joined by commas.
 */
export function routeMatcher<T>(routes: Iterable<{ readonly route: string; readonly value: T }>) {
  const compiled = [...routes].map(({ route, value }) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, pattern: patternOf(path), value };
  });

  return (method: string, url: string): Matched<T> | undefined => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    for (const route of compiled) {
      if (route.method !== method) continue;
      const found = route.pattern.exec(pathname);
      if (!found) continue;
      const params = Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
      const query = [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name).join(',')]);
      return { value: route.value, params: Object.fromEntries(params), query: Object.fromEntries(query) };
    }
    return undefined;
  };
}

const patternOf = (path: string): RegExp => {
  const source = path
    .replace(/\/$/, '')
    .replaceAll(/[\\^$.|()[\]]/g, String.raw`\$&`)
    .replaceAll(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}/?$`);
};
