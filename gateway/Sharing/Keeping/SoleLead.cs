using SseGateway.Sharing.Upstream;

namespace SseGateway.Sharing.Keeping;

/// <summary>Of a gateway that asks nobody.</summary>
/// <param name="shared">Whose upstream.</param>
/// <param name="time">By which a service that has ended its stream is left alone.</param>
/// <param name="over">When it is over.</param>
internal sealed class SoleLead(SharedStream shared, TimeProvider time, CancellationToken over) : IUpstreamLead
{
    public CancellationToken Over => over;

    public Task ReadyAsync() => Task.CompletedTask;

    public async Task<bool> EndedAsync(TimeSpan due, int ends)
    {
        await shared.End(due).WaitAsync(over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = due - shared.Now;
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    public void Lost()
    {
    }

    public async Task<bool?> UntilWantedAsync()
    {
        if (shared.UntilWantedAsync() is { IsCompleted: false } rest)
        {
            await rest.WaitAsync(over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }

        return true;
    }

    public void Refused(UpstreamDial dial, byte[] cursor)
    {
    }

    public void GaveUp()
    {
    }

    public void Unshared(string sign)
    {
    }
}
