using System.Collections.Concurrent;
using System.Net;
using Dialects.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dialects.Tests.Service;

/// <summary>A service for all SDKs, which answers at <c>/CASE/SPEAKER/...</c> as the speaker's script says, and counts what it is asked.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    /// <summary>A speaker that never gets an answer.</summary>
    public const string Holding = "holding";

    private readonly WebApplication _app;
    private readonly IReadOnlyDictionary<string, Script> _scripts;
    private readonly ConcurrentDictionary<(string Case, string Speaker), int> _posts = new();
    private readonly ConcurrentDictionary<string, Func<Task>> _halves = new();
    private readonly ConcurrentDictionary<string, long> _sent = new();
    private readonly SemaphoreSlim _held = new(0);

    private ScriptedService(WebApplication app, IReadOnlyDictionary<string, Script> scripts) => (_app, _scripts) = (app, scripts);

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ScriptedService> StartAsync(IReadOnlyDictionary<string, Script> scripts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var service = new ScriptedService(app, scripts);
        app.Run(service.AnswerAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>How many POSTs it has begun to answer with a stream: the work that is paid for.</summary>
    public int Posts(string @case, string speaker) => _posts.GetValueOrDefault((@case, speaker));

    /// <summary>How many bytes of streams it has sent.</summary>
    public long Sent(string @case) => _sent.GetValueOrDefault(@case);

    /// <summary>Says what happens in a case when half of each of so many answers has been sent.</summary>
    public void Once(string @case, int answers, Func<Task> happens)
    {
        var left = answers;
        var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _halves[@case] = async () =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                await happens();
                happened.SetResult();
            }

            await happened.Task;
        };
    }

    /// <summary>Waits until so many requests are held.</summary>
    public async Task HeldAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _held.WaitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _held.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', 4);
        var (@case, speaker, rest) = (parts[1], parts[2], parts.Length > 3 ? parts[3] : "");
        try
        {
            if (speaker == Holding)
            {
                _held.Release();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            await _scripts[speaker].AnswerAsync(new Exchange(
                context, rest, begun: () => NotePost(context, @case, speaker), bytes => _sent.AddOrUpdate(@case, bytes, (_, sent) => sent + bytes),
                half => HalfAsync(@case, half)));
        }
        catch (OperationCanceledException)
        {
            // Whoever has asked is gone, as is meant.
        }
    }

    private void NotePost(HttpContext context, string @case, string speaker)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            _posts.AddOrUpdate((@case, speaker), 1, (_, count) => count + 1);
        }
    }

    private async Task HalfAsync(string @case, HttpContext context)
    {
        if (_halves.TryGetValue(@case, out var happens))
        {
            await happens().WaitAsync(context.RequestAborted);
        }

        if (@case == Cases.Cut)
        {
            context.Abort();
        }

        if (@case is Cases.Cut or Cases.Drained or Cases.Expired)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }
}
