using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Harness.Tests.Edge;

/// <summary>One upstream stream for each URL, kept and replayed as it should be, but for the defect. Reads nothing but LF.</summary>
internal sealed class SampleReplay(EdgeDefect defect)
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<string, Log> _logs = new();

    /// <param name="context">Whose answer it is.</param>
    /// <param name="url">Of the stream.</param>
    /// <param name="open">Opens the upstream's.</param>
    public async Task ServeAsync(HttpContext context, string url, Func<Task<Stream>> open)
    {
        var log = _logs.GetOrAdd(url, _ => new Log());
        await log.StartAsync(open);
        context.Response.ContentType = "text/event-stream";
        var cursor = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? context.Request.Query["lastEventId"].FirstOrDefault();
        var (next, before) = Begin(log, cursor);
        foreach (var block in before)
        {
            await context.Response.WriteAsync(block, context.RequestAborted);
        }

        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (true)
        {
            var (blocks, more) = log.From(next);
            foreach (var block in blocks)
            {
                await context.Response.WriteAsync(block.Text, context.RequestAborted);
                next++;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.WaitAsync(context.RequestAborted);
        }
    }

    private (int Next, List<string> Before) Begin(Log log, string? cursor)
    {
        if (cursor is null)
        {
            return (log.Count, []);
        }

        if (log.Find(cursor) is { } found && found >= log.Count - Kept)
        {
            return (defect == EdgeDefect.ReplaysFromTheCursorOn ? found : found + 1, []);
        }

        var others = defect == EdgeDefect.ReplaysOthers && _logs.Values.FirstOrDefault(other => other != log && other.Find(cursor) is not null) is { } owner
            ? owner.From(owner.Find(cursor)!.Value + 1).Blocks.Select(block => block.Text)
            : [];
        return defect == EdgeDefect.SilentGap ? (log.Count, []) : (Math.Max(0, log.Count - Kept), ["event: gap\ndata: {}\n\n", .. others]);
    }

    private sealed class Log
    {
        private readonly Lock _lock = new();
        private readonly List<(string Id, string Text)> _blocks = [];
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task? _started;

        public int Count
        {
            get
            {
                lock (_lock)
                {
                    return _blocks.Count;
                }
            }
        }

        public Task StartAsync(Func<Task<Stream>> open)
        {
            lock (_lock)
            {
                return _started ??= OpenAsync(open);
            }
        }

        public int? Find(string id)
        {
            lock (_lock)
            {
                return _blocks.FindLastIndex(block => block.Id == id) is >= 0 and var found ? found : null;
            }
        }

        public (IReadOnlyList<(string Id, string Text)> Blocks, Task More) From(int index)
        {
            lock (_lock)
            {
                return ([.. _blocks.Skip(index)], _more.Task);
            }
        }

        private async Task OpenAsync(Func<Task<Stream>> open) => _ = ReadAsync(await open());

        private async Task ReadAsync(Stream upstream)
        {
            var text = new StringBuilder();
            var buffer = new byte[16 * 1024];
            try
            {
                while (await upstream.ReadAsync(buffer) is > 0 and var count)
                {
                    text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                    while (text.ToString() is var all && all.IndexOf("\n\n", StringComparison.Ordinal) is >= 0 and var end)
                    {
                        Add(all[..(end + 2)]);
                        text.Remove(0, end + 2);
                    }
                }
            }
            catch (Exception gone) when (gone is IOException or HttpRequestException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private void Add(string block)
        {
            var id = block.Split('\n').FirstOrDefault(line => line.StartsWith("id: ", StringComparison.Ordinal))?[4..] ?? "";
            lock (_lock)
            {
                _blocks.Add((id, block));
                _more.SetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
