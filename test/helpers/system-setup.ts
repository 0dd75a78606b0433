import { afterAll } from 'vitest'
import { finishFile } from './file-end.js'

// Vitest runs this file for each test file of the project `system`. Its hook is the last to run.
afterAll(finishFile)
