using System.ComponentModel;
using System.Net;
using BenchmarkDotNet.Attributes;
using SseGateway.Configuration.Settings;
using SseGateway.Streams.Limits;

namespace Benchmarks.Edge;

/// <summary>A stream let in and out again, with 10,000 of a thousand subjects and addresses there. The baseline has only the total to count.</summary>
[Description("A stream let in and out again, with 10,000 there; `Total_alone` counts the total only.")]
public class AdmissionBenchmarks
{
    private readonly StreamLimiter _limiter = new(TimeProvider.System, maxStreams: 100_000);
    private readonly StreamApplicant[] _limited = Applicants(new LimitSettings { StreamsPerRoute = 50_000, StreamsPerAddress = 100, StreamsPerSubject = 100 });
    private readonly StreamApplicant[] _open = Applicants(new LimitSettings());
    private int _next;

    [GlobalSetup]
    public void Prepare()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _limiter.TryAcquire(_limited[i % _limited.Length], out _, out _);
        }
    }

    [Benchmark(Baseline = true)]
    public void Total_alone() => Pass(_open[_next++ % _open.Length]);

    [Benchmark]
    public void All_limits() => Pass(_limited[_next++ % _limited.Length]);

    private void Pass(StreamApplicant applicant)
    {
        _limiter.TryAcquire(applicant, out var lease, out _);
        _limiter.Release(lease!);
    }

    private static StreamApplicant[] Applicants(LimitSettings limits) =>
        [.. Enumerable.Range(
            0, 1000).Select(i => new StreamApplicant("route", limits, AddressKey.Of(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])), $"user-{i}"))];
}
