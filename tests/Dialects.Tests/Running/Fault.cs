using System.Text.Json;

namespace Dialects.Tests.Running;

/// <summary>An SDK's error.</summary>
/// <param name="Name">Its class.</param>
/// <param name="Status">A number or a word of the SDK's.</param>
/// <param name="Message">What it says, with those below it.</param>
internal sealed record Fault(string Name, JsonElement? Status, string? Message)
{
    public override string ToString() => $"{Name} {Status} {Message}";
}
