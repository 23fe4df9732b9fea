namespace Dialects.Tests.Service;

/// <summary>How a service answers one kind of SDK: with "one " in the first half of its answer, and "two" in the second.</summary>
internal abstract class Script
{
    public abstract Task AnswerAsync(Exchange exchange);
}
