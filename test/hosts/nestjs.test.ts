import { beforeAll, describe, vi } from 'vitest'
import { signsInOnThisHost } from './contract.js'
import { compile, programOf, start } from './program.js'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 })

describe('the program of docs/hosts/nestjs.md', () => {
  let folder: string

  beforeAll(async () => {
    folder = await compile({
      sources: { 'main.ts': programOf('docs/hosts/nestjs.md') },
      packages: [
        '@nestjs/common',
        '@nestjs/core',
        '@nestjs/passport',
        '@nestjs/platform-express',
        'reflect-metadata',
        'rxjs',
      ],
      // The options of `nest new`. The tests compile strictly in addition.
      packageJson: {},
      compilerOptions: {
        declaration: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    })
  })

  signsInOnThisHost((environment) => start(folder, 'main.js', environment))
})
