using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SseGateway.Sharing.Subscribers;

/// <summary>
/// Has the processor fetch memory that is needed soon, while it does something else. Thousands of subscribers lie all over the heap, and the
/// kernel's work for one has pushed the next one's out of the nearer caches: without this each of them is waited for.
/// </summary>
/// <remarks>A hint: it reads nothing, and an object that the collector has moved meanwhile does no harm. .NET has it for x86 alone.</remarks>
internal static class Prefetch
{
    private const int LineBytes = 64;

    /// <param name="target">What is needed soon.</param>
    /// <param name="lines">Cache lines, from its beginning.</param>
    public static unsafe void Object(object target, int lines)
    {
        if (Sse.IsSupported)
        {
            var first = (byte*)Unsafe.AsPointer(ref Unsafe.As<StrongBox<byte>>(target).Value);
            for (var line = 0; line < lines; line++)
            {
                Sse.Prefetch0(first + (line * LineBytes));
            }
        }
    }
}
