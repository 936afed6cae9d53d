import { defineConfig } from '@playwright/test';
import everyday from '../playwright.config';

export default defineConfig({ ...everyday, testDir: '.', projects: [{ name: 'hydrated' }] });
