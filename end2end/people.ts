// The people of the demo (src/demo.rs).

export type Person = { email: string; name: string; role: 'admin' | 'agent' };

export const MIA: Person = { email: 'mia@luna-ceramics.example', name: 'Mia Lindqvist', role: 'admin' };
export const INES: Person = { email: 'ines@luna-ceramics.example', name: 'Ines Carvalho', role: 'agent' };

export const PASSWORD = 'kiln and glaze';
export const BUSINESS = 'Luna Ceramics';

/** What a stranger could type anywhere, to break out of the place where it is shown. */
export const NASTY = '"\'</textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>';
