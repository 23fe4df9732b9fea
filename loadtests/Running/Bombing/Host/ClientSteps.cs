using LoadTests.Measures;
using LoadTests.Report;
using LoadTests.Running.Crowds;
using NBomber.CSharp;
using NBomber.Contracts;

namespace LoadTests.Running.Bombing.Host;

/// <summary>What happens to a client, as NBomber's steps: <c>open</c>, <c>event</c>, <c>reconnect</c> and what else a scenario has.</summary>
/// <param name="all">Where it counts as well.</param>
/// <param name="expected">What is no failure.</param>
internal sealed class ClientSteps(IMeasured all, Mishaps expected) : IMeasured
{
    // A gap of a million events shall not become a million entries; the number stands in the message.
    private const long MostFailures = 1000;

    private const string Opened = "200";

    private IScenarioContext? _context;
    private string? _wrong;
    private bool _returns;
    private TimeSpan _opening;

    /// <summary>Its life begins.</summary>
    public void Begin(IScenarioContext context) => _context = context;

    /// <summary>Its life as a whole: what it took to get its first stream, failed with the first thing that was wrong.</summary>
    public IResponse Whole() => _wrong is { } wrong
        ? Response.Fail(statusCode: wrong, message: wrong, latencyMs: _opening.TotalMilliseconds)
        : Response.Ok(statusCode: _returns ? Opened : "none", latencyMs: _opening.TotalMilliseconds);

    /// <summary>A requirement as a step of its own, so that NBomber's report has the verdict too.</summary>
    public static Task TellAsync(IScenarioContext context, Requirement requirement) =>
        Step.Run("required: " + requirement.What, context, () => Task.FromResult(requirement.Holds
        ? Response.Ok<object>(statusCode: "holds", message: requirement.Measured)
        : Response.Fail<object>(statusCode: "missed", message: requirement.Measured)));

    public void StreamOpened(TimeSpan after, TimeSpan? away = null)
    {
        all.StreamOpened(after, away);
        Ok(Attempt, Opened, away ?? after);
        if (!_returns)
        {
            _opening = after;
        }

        _returns = true;
    }

    public void StreamClosed() => all.StreamClosed();

    public void StreamEnded()
    {
        all.StreamEnded();
        Mishap(Mishaps.Over, "stream", "ended", "the server has ended the stream", default);
    }

    public void StreamCut()
    {
        all.StreamCut();
        Mishap(Mishaps.Over, "stream", "cut", "the stream was cut in the middle of the response", default);
    }

    public void AnswerWhole()
    {
        all.AnswerWhole();
        Ok("answer", "whole", default);
    }

    public void FirstEvent(TimeSpan after)
    {
        all.FirstEvent(after);
        Ok("first event", Opened, after);
    }

    public void Event(int bytes, TimeSpan? age = null)
    {
        all.Event(bytes, age);
        Ok("event", Opened, age ?? default, bytes);
    }

    public void Lost(long count)
    {
        all.Lost(count);
        for (var i = 0; i < Math.Min(count, MostFailures); i++)
        {
            Fail("event", "lost", $"{count} events were left out");
        }
    }

    public void Repeated()
    {
        all.Repeated();
        Fail("event", "repeated", "an event came again, or too late");
    }

    public void Gap()
    {
        all.Gap();
        Ok("event", "gap", default);
    }

    public void RoundTrip(TimeSpan after)
    {
        all.RoundTrip(after);
        Ok("message", Opened, after);
    }

    public void Unsaid(TimeSpan after)
    {
        all.Unsaid(after);
        Fail("message", "not taken", "a message was not taken", after);
    }

    public void Reconnect() => all.Reconnect();

    public void Refused(int status, bool told, TimeSpan after)
    {
        all.Refused(status, told, after);
        Mishap(Mishaps.Refused, Attempt, status == 200
            ? "refused in-band" : $"{status}", told ? "told when to come back" : "not told when to come back", after);
    }

    public void Failed(TimeSpan after)
    {
        all.Failed(after);
        Mishap(Mishaps.Failed, Attempt, "no stream", "no connection, or another answer than a stream", after);
    }

    private string Attempt => _returns ? "reconnect" : "open";

    private void Mishap(Mishaps kind, string step, string code, string message, TimeSpan after)
    {
        if (expected.HasFlag(kind))
        {
            Ok(step, code, after);
        }
        else
        {
            Fail(step, code, message, after);
        }
    }

    private void Ok(string step, string code, TimeSpan after, int bytes = 0) =>
        Publish(step, Response.Ok<object>(statusCode: code, sizeBytes: bytes, latencyMs: after.TotalMilliseconds));

    private void Fail(string step, string code, string message, TimeSpan after = default)
    {
        _wrong ??= code;
        Publish(step, Response.Fail<object>(statusCode: code, message: message, latencyMs: after.TotalMilliseconds));
    }

    private void Publish(string step, Response<object> response)
    {
        if (_context is { } context)
        {
            // Measured here already, so it is over at once.
            _ = Step.Run(step, context, () => Task.FromResult(response));
        }
    }
}
