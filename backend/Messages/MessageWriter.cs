using System.Threading.Channels;
using ChatBackend.Configuration;

namespace ChatBackend.Messages;

/// <summary>
/// The only writer. Requests queue in a channel of <see cref="ChatOptions.WriteQueueLength"/> messages; when it is full the newest is refused.
/// A message is published before its POST is answered, and both after the commit.
/// </summary>
internal sealed partial class MessageWriter(MessageStore store, IMessageSink sink, ChatOptions options, ILogger<MessageWriter> logger) : IHostedService
{
    /// <summary>Enough that the cost of a commit vanishes; few enough that nobody waits long for the rest of the batch.</summary>
    private const int BatchSize = 256;

    private readonly Channel<PendingMessage> _queue =
        Channel.CreateBounded<PendingMessage>(
            new BoundedChannelOptions(options.WriteQueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private Task _loop = Task.CompletedTask;
    private volatile bool _stopping;

    /// <summary>Stores a message; completes after the commit.</summary>
    public Task<PostResult> StoreAsync(PendingMessage message)
    {
        if (_queue.Writer.TryWrite(message))
            return message.Done;
        return Task.FromResult(new PostResult(_stopping ? PostOutcome.Stopping : PostOutcome.QueueFull));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // SQLite has no asynchronous calls: a thread of its own, so that a slow disk takes none from the pool.
        var batch = new MessageBatch(store);
        _loop = Task.Factory.StartNew(() => Run(batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, stores what was accepted, ends.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.Writer.TryComplete();
        return _loop.WaitAsync(cancellationToken);
    }

    private void Run(MessageBatch batch)
    {
        using var disposal = batch;
        var pending = new List<PendingMessage>(BatchSize);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (pending.Count < BatchSize && _queue.Reader.TryRead(out var message))
                pending.Add(message);
            Store(batch, pending);
            pending.Clear();
        }
    }

    private void Store(MessageBatch batch, List<PendingMessage> pending)
    {
        List<PostResult> results;
        try
        {
            results = batch.Commit(pending);
        }
        catch (Exception e)
        {
            // A full disk, for one. Nothing was stored, everybody may try again; whatever it was, nobody may wait for ever.
            LogCommitFailed(logger, e, pending.Count);
            foreach (var message in pending)
                message.Complete(new PostResult(PostOutcome.StorageFailed));
            return;
        }

        for (var i = 0; i < results.Count; i++)
        {
            if (results[i] is { Outcome: PostOutcome.Stored, Message: { } message })
                sink.Publish(message);
            pending[i].Complete(results[i]);
        }
    }
}
