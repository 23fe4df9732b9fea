using BenchmarkDotNet.Running;
using Benchmarks.Reporting;

// Without arguments everything, as the README says; BenchmarkDotNet would ask which.
BenchmarkSwitcher.FromAssembly(typeof(ShortConfig).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, new ShortConfig());
